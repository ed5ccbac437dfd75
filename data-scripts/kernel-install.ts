import path from 'node:path';
import { parseArgs } from 'node:util';
import { main, UsageError } from './cli/command';
import { installKernel, userDataDir } from '../notebooks/kit/kernel/spec';

const usage = `npm run kernel:install [-- --user | --prefix DIR]
       --user         for this user: the default
       --prefix DIR   below DIR/share/jupyter, of a Python environment for instance
       e.g. npm run kernel:install -- --prefix .venv`;

main(usage, () => {
  const { values } = parseArgs({ options: { prefix: { type: 'string' }, user: { type: 'boolean' } } });
  if (values.prefix !== undefined && values.user) throw new UsageError('Give either --user or --prefix, not both');
  const folder = installKernel(
    values.prefix === undefined ? userDataDir() : path.resolve(values.prefix, 'share', 'jupyter'),
  );
  console.log(`Kernel installed: ${folder}`);
  if (values.prefix !== undefined)
    console.log(
      `Jupyter finds it where PREFIX is its own, or with JUPYTER_PATH=${path.resolve(values.prefix, 'share', 'jupyter')}`,
    );
});
