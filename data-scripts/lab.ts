import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../lib/errors';
import { main } from './cli/command';
import { installKernel } from '../notebooks/kit/kernel/spec';
import { listNotebooks, listOwnNotebooks } from '../notebooks/kit/notebooks';
import { repositoryRoot } from '../lib/root';

const advice = `Neither "jupyter lab" nor "jupyter notebook" was found. Get one of them, e.g.
  pipx install jupyterlab      (https://pipx.pypa.io; any system)
  pip install jupyterlab       (in a Python environment of yours)
  apt-get install jupyter-notebook      (Debian, Ubuntu)
or open the notebooks in VS Code with its Jupyter extension after "npm run kernel:install".
"npm start" runs them without Jupyter.`;

const usage = `npm run lab [-- OPTIONS OF JUPYTER]
       opens copies of the notebooks in notebooks/lab, which git ignores, so that running them changes no tracked file;
       what is there already stays as you left it
       e.g. npm run lab -- --no-browser`;

main(usage, () => {
  const interfaces = ['lab', 'notebook'];
  const found = interfaces.find((name) => spawnSync('jupyter', [name, '--version'], { stdio: 'ignore' }).status === 0);
  const folder = path.join(repositoryRoot, 'notebooks', 'lab');
  const { copied, kept } = copyNotebooks([...listNotebooks(), ...listOwnNotebooks()], folder);
  console.log(
    `${copied} notebooks copied to notebooks/lab${kept ? `, ${kept} there already: delete one to get it anew` : ''}`,
  );
  if (!found) throw new InputError(advice);
  const data = path.join(repositoryRoot, 'node_modules', '.cache', 'jupyter');
  installKernel(data);
  const JUPYTER_PATH = [data, process.env['JUPYTER_PATH']].filter(Boolean).join(path.delimiter);
  const jupyter = spawn('jupyter', [found, folder, ...process.argv.slice(2)], {
    cwd: repositoryRoot,
    stdio: 'inherit',
    env: { ...process.env, JUPYTER_PATH },
  });
  jupyter.on('exit', (code) => (process.exitCode = code ?? 1));
});

/** Copies notebooks that the folder does not have yet. */
function copyNotebooks(files: readonly string[], folder: string): { copied: number; kept: number } {
  mkdirSync(folder, { recursive: true });
  const missing = files.filter((file) => !existsSync(path.join(folder, path.basename(file))));
  for (const file of missing) copyFileSync(file, path.join(folder, path.basename(file)));
  return { copied: missing.length, kept: files.length - missing.length };
}
