import path from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from '../lib/errors';
import { main, UsageError } from './cli/command';
import { numberIn } from './cli/number';
import { executeFile } from '../notebooks/kit/execute';
import { parseParameter } from '../notebooks/kit/parameters';
import { printProgress } from '../notebooks/kit/progress-printer';

const usage =
  'npm run execute -- NOTEBOOK [--out FILE] [--parameter name=value ...] [--timeout SECONDS]' +
  `
       --out FILE               the executed notebook; default: results/notebooks/ and its name
       --parameter name=value   replaces a value of the notebook's parameters cell
       --timeout SECONDS        a cell may run; default: no limit
       e.g. npm run execute -- notebooks/00-tour.ipynb --parameter profile=quick`;

main(usage, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      parameter: { type: 'string', multiple: true, default: [] },
      timeout: { type: 'string' },
    },
  });
  const [input, ...more] = positionals;
  if (input === undefined || more.length) throw new UsageError(`Expected one notebook, got ${positionals.length}`);
  const { timeout } = values;
  const cellTimeout = timeout === undefined ? Infinity : numberIn('timeout', timeout, { above: 0, to: 2_000_000 });
  const output = values.out ?? path.join('results', 'notebooks', path.basename(input));
  const parameters = Object.fromEntries(values.parameter.map(parseParameter));
  const told = (): void => console.log(`Executed notebook: ${output}`);
  await executeFile(input, output, { parameters, cellTimeout, onProgress: printProgress() }).catch((error: unknown) => {
    if (!(error instanceof InputError)) told(); // what ran before the failing cell was written
    throw error;
  });
  told();
});
