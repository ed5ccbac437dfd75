import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { InputError } from '../lib/errors';
import { main } from './cli/command';
import { installKernel } from '../notebooks/kit/kernel/spec';
import { repositoryRoot } from '../lib/root';

const advice = `Neither "jupyter lab" nor "jupyter notebook" was found. Get one of them, e.g.
  pipx install jupyterlab      (https://pipx.pypa.io; any system)
  pip install jupyterlab       (in a Python environment of yours)
  apt-get install jupyter-notebook      (Debian, Ubuntu)
or open the notebooks in VS Code with its Jupyter extension after "npm run kernel:install".
"npm start" runs them without Jupyter.`;

main('npm run lab [-- OPTIONS OF JUPYTER]\n       e.g. npm run lab -- --no-browser', () => {
  const interfaces = ['lab', 'notebook'];
  const found = interfaces.find((name) => spawnSync('jupyter', [name, '--version'], { stdio: 'ignore' }).status === 0);
  if (!found) throw new InputError(advice);
  const data = path.join(repositoryRoot, 'node_modules', '.cache', 'jupyter');
  installKernel(data);
  const JUPYTER_PATH = [data, process.env['JUPYTER_PATH']].filter(Boolean).join(path.delimiter);
  const jupyter = spawn('jupyter', [found, 'notebooks', ...process.argv.slice(2)], {
    cwd: repositoryRoot,
    stdio: 'inherit',
    env: { ...process.env, JUPYTER_PATH },
  });
  jupyter.on('exit', (code) => (process.exitCode = code ?? 1));
});
