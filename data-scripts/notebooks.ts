import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { main, UsageError } from './cli/command';
import { numberIn } from './cli/number';
import { repositoryRoot } from '../lib/root';
import { executeFile } from '../notebooks/kit/execute';
import { readNotebook, stringifyNotebook } from '../notebooks/kit/nbformat';
import type { Notebook } from '../notebooks/kit/nbformat';
import { listNotebooks } from '../notebooks/kit/notebooks';
import { printProgress } from '../notebooks/kit/progress-printer';
import { arithmetic } from '../notebooks/kit/committed/arithmetic';
import { compareNotebooks, compareOutputs } from '../notebooks/kit/committed/compare';
import { slim } from '../notebooks/kit/committed/slim';
import { drawSvg } from '../notebooks/kit/figures/plotly-dom';
import { storyFigure, storyFile } from '../notebooks/kit/story';

const usage =
  'npm run notebooks:update [-- NAME ...]\n' +
  '       npm run notebooks:check [-- NAME ...] [--executed results/notebooks] [--tolerance 0.05]' +
  `
       NAME              only notebooks with this in their names
       --executed DIR    takes those executed already, instead of executing them
       --tolerance T     share by which numbers may differ; default: 0
       e.g. npm run notebooks:check -- 01`;

/**
 * Executes the notebooks in the quick profile, and writes them (and with 07 README's picture) as they are committed, or
 * compares them with what is committed: every number on a machine that rounds as the one that wrote them, elsewhere only
 * what each cell put out.
 */
main(usage, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { executed: { type: 'string' }, tolerance: { type: 'string', default: '0' } },
  });
  const [action, ...names] = positionals;
  if (action !== 'update' && action !== 'check') throw new UsageError(`Unexpected action: ${action ?? 'none'}`);
  const tolerance = numberIn('tolerance', values.tolerance, { from: 0 });
  const files = listNotebooks().filter((file) => !names.length || names.some((name) => file.includes(name)));
  if (!files.length) throw new UsageError(`No notebook is named ${names.join(', ')}`);
  const here = await arithmetic();
  for (const file of files) {
    const show = path.relative(repositoryRoot, file);
    console.log(`\n${show}`);
    const executed = values.executed
      ? readNotebook(path.join(values.executed, path.basename(file)))
      : await execute(file);
    if (action === 'update') {
      const { cells, metadata, ...rest } = await slim(executed);
      writeFileSync(file, stringifyNotebook({ ...rest, cells, metadata: { ...metadata, arithmetic: here } }));
      if (path.basename(file).startsWith('07')) writeFileSync(storyFile, await drawSvg(storyFigure()));
      continue;
    }
    const committed = readNotebook(file);
    const { arithmetic: there } = committed.metadata;
    const exact = there === here || tolerance > 0;
    if (!exact) console.log(`Made by ${String(there)}; this machine has ${here}: numbers are not compared`);
    const found = exact ? compareNotebooks(committed, executed, tolerance) : compareOutputs(committed, executed);
    for (const line of found) console.error(`${show}, ${line}`);
    console.log(found.length ? `${found.length} differences` : exact ? 'The same numbers' : 'The same outputs');
    if (found.length) process.exitCode = 1;
  }
});

async function execute(file: string): Promise<Notebook> {
  const folder = mkdtempSync(path.join(tmpdir(), 'notebooks-'));
  try {
    return await executeFile(file, path.join(folder, path.basename(file)), { onProgress: printProgress() });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
