import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { installKernel } from '../../../notebooks/kit/kernel/spec';
import { openPage, type Page } from './page';
import { scratchFolder } from '../../scratch';

export type App = 'lab' | 'notebook';

/** A Jupyter with our kernel and a Chromium that looks at it. */
export interface JupyterBrowser {
  open(notebook: string): Promise<Page>;
  close(): Promise<void>;
}

/** Starts both on copies of these notebooks. */
export async function startJupyter(jupyter: string, app: App, notebooks: readonly string[]): Promise<JupyterBrowser> {
  const folder = scratchFolder('jupyter');
  const work = path.join(folder, 'work');
  mkdirSync(work);
  for (const file of notebooks) cpSync(file, path.join(work, path.basename(file)));
  installKernel(path.join(folder, 'share'));
  const [port, debug] = [await freePort(), await freePort()];
  const env = {
    ...process.env,
    JUPYTER_PATH: path.join(folder, 'share'),
    JUPYTER_DATA_DIR: path.join(folder, 'data'),
    JUPYTER_CONFIG_DIR: path.join(folder, 'config'),
  };
  const name = app === 'lab' ? 'LabApp' : 'JupyterNotebookApp';
  const server = [`--${name}.expose_app_in_browser=True`, `--port=${port}`, '--no-browser', '--ServerApp.token='];
  const open = ['--ServerApp.password=', '--ServerApp.allow_root=True', '--ServerApp.disable_check_xsrf=True'];
  const flags = ['--headless=new', '--no-sandbox', '--remote-allow-origins=*', '--window-size=1500,1400'];
  const own = [`--remote-debugging-port=${debug}`, `--user-data-dir=${path.join(folder, 'chromium')}`];
  const children: ChildProcess[] = [
    spawn(jupyter, [app, ...server, ...open, work], { env, stdio: 'ignore' }),
    spawn('chromium', [...flags, ...own], { env: { ...env, TMPDIR: folder }, stdio: 'ignore' }),
  ];
  const where = app === 'lab' ? 'doc/tree' : 'notebooks';
  return {
    open: (notebook) => openPage(debug, `http://127.0.0.1:${port}/${where}/${path.basename(notebook)}`),
    async close() {
      for (const child of children) child.kill('SIGTERM');
      await wait(1500);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks until the page says so. */
export async function until(page: Page, condition: string, seconds: number, what: string): Promise<void> {
  const end = Date.now() + 1000 * seconds;
  while (!(await page.evaluate(`Boolean(${condition})`))) {
    if (Date.now() > end) throw new Error(`${what} did not happen within ${seconds} seconds`);
    await wait(500);
  }
}

/** Runs one of the front end's commands, as its menus do. */
export async function command(page: Page, name: string): Promise<void> {
  await page.evaluate(`void (window.jupyterapp ?? window.jupyterlab).commands.execute('${name}')`);
}

/** In the page: whether every code cell has run. */
export const allRun = `(() => {
  const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map((e) => e.textContent);
  return prompts.length && prompts.every((text) => /\\d/.test(text) && !text.includes('*'));
})()`;
