import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { kernelspec } from '../nbformat';

/**
 * What starts the kernel from anywhere, up to the connection file. The flag lets the kernel live on after an interrupt has
 * cut off a callback, which Node would take for a fault of its own (interrupts.js).
 */
export const kernelCommand = (): string[] => [
  process.execPath,
  '--no-force-async-hooks-checks',
  path.join(__dirname, 'launcher.js'),
];

/**
 * Writes the kernelspec, so that every Jupyter front end that looks into `dataDir` offers the kernel. The file holds
 * absolute paths: install again after the project or Node has moved.
 * @param dataDir Jupyter's data folder: {@link userDataDir}, or PREFIX/share/jupyter.
 * @returns the folder of the kernelspec.
 */
export function installKernel(dataDir: string = userDataDir()): string {
  const folder = path.join(dataDir, 'kernels', kernelspec.name);
  const { display_name, language } = kernelspec;
  const argv = [...kernelCommand(), '{connection_file}'];
  mkdirSync(folder, { recursive: true });
  const spec = { argv, display_name, language, interrupt_mode: 'signal', metadata: { debugger: false } };
  writeFileSync(path.join(folder, 'kernel.json'), JSON.stringify(spec, null, 2) + '\n');
  writeFileSync(path.join(folder, 'logo-svg.svg'), logo);
  return folder;
}

/** Jupyter's data folder of this user: https://docs.jupyter.org/en/latest/use/jupyter-directories.html. */
export function userDataDir(env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  if (env['JUPYTER_DATA_DIR']) return env['JUPYTER_DATA_DIR'];
  if (platform === 'win32') return path.join(env['APPDATA'] ?? path.join(homedir(), 'AppData', 'Roaming'), 'jupyter');
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Jupyter');
  return path.join(env['XDG_DATA_HOME'] ?? path.join(homedir(), '.local', 'share'), 'jupyter');
}

/** Two shapes in one: the coarse class around the fine one. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<rect width="64" height="64" rx="10" fill="#0072B2"/>
<circle cx="32" cy="32" r="21" fill="none" stroke="#fff" stroke-width="4" stroke-dasharray="8 5"/>
<circle cx="32" cy="32" r="8" fill="#E69F00"/>
</svg>
`;
