// npm run test:jupyter -- [--jupyter DIR/bin/jupyter] [--app lab|notebook] [--out DIR] [NOTEBOOK ...]
// Opens notebooks in a real Jupyter in a real headless Chromium, as committed (untrusted), then runs all cells; checks that every
// figure is seen, first as a picture, then interactive, and leaves screenshots. Needs Jupyter and Chromium; opt-in.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { installKernel } from '../../lib/notebook/kernel/spec';
import { isCode, readNotebook } from '../../lib/notebook/nbformat';
import { listNotebooks } from '../../lib/notebook/notebooks';
import { repositoryRoot } from '../../lib/root';
import { openPage, type Page } from './browser-page';

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks until the page says so. */
async function until(page: Page, condition: string, seconds: number, what: string): Promise<void> {
  const end = Date.now() + 1000 * seconds;
  while (!(await page.evaluate(`Boolean(${condition})`))) {
    if (Date.now() > end) throw new Error(`${what} did not happen within ${seconds} seconds`);
    await wait(500);
  }
}

const visible = (selector: string): string =>
  `[...document.querySelectorAll('${selector}')].filter((e) => e.getBoundingClientRect().height > 20).length`;
const outputs = '.jp-OutputArea-output';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      jupyter: { type: 'string', default: 'jupyter' },
      app: { type: 'string', default: 'lab' },
      out: { type: 'string', default: path.join(repositoryRoot, 'results', 'browser') },
      seconds: { type: 'string', default: '900' },
    },
  });
  const files = listNotebooks().filter(
    (file) => !positionals.length || positionals.some((name) => file.includes(name)),
  );
  const folder = mkdtempSync(path.join(tmpdir(), 'jupyter-'));
  const children: ChildProcess[] = [];
  mkdirSync(values.out, { recursive: true });
  try {
    for (const file of files) cpSync(file, path.join(folder, 'work', path.basename(file)));
    installKernel(path.join(folder, 'share'));
    const [port, debug] = [await freePort(), await freePort()];
    const env = { ...process.env, JUPYTER_PATH: path.join(folder, 'share'), JUPYTER_DATA_DIR: path.join(folder, 'data'), JUPYTER_CONFIG_DIR: path.join(folder, 'config') }; // prettier-ignore
    const options = [`--port=${port}`, '--no-browser', `--${values.app === 'lab' ? 'LabApp' : 'JupyterNotebookApp'}.expose_app_in_browser=True`, '--ServerApp.token=', '--ServerApp.password=', '--ServerApp.allow_root=True', '--ServerApp.disable_check_xsrf=True']; // prettier-ignore
    children.push(spawn(values.jupyter, [values.app, ...options, path.join(folder, 'work')], { env, stdio: 'ignore' }));
    const flags = ['--headless=new', '--no-sandbox', '--remote-allow-origins=*', '--window-size=1500,1400', `--remote-debugging-port=${debug}`, `--user-data-dir=${path.join(folder, 'chromium')}`]; // prettier-ignore
    children.push(spawn('chromium', flags, { stdio: 'ignore' }));
    for (const file of files) {
      const name = path.basename(file);
      const where = values.app === 'lab' ? 'doc/tree' : 'notebooks';
      const page = await openPage(debug, `http://127.0.0.1:${port}/${where}/${name}`);
      await checkNotebook(page, file, values.out, values.app, Number(values.seconds));
      page.close();
    }
  } finally {
    for (const child of children) child.kill('SIGTERM');
    await wait(1500);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function checkNotebook(page: Page, file: string, out: string, app: string, seconds: number): Promise<void> {
  const name = path.basename(file, '.ipynb');
  const pictures = readNotebook(file)
    .cells.filter(isCode)
    .flatMap((cell) => cell.outputs)
    .filter((output) => 'data' in output && output.data['image/png'] !== undefined).length;
  const shoot = async (step: string): Promise<void> =>
    writeFileSync(path.join(out, `${app}-${name}-${step}.png`), await page.screenshot());
  await until(page, `document.querySelectorAll('.jp-CodeCell').length > 3`, 120, 'opening the notebook');
  await page.evaluate(scrollThrough);
  await wait(3000);
  await shoot('untrusted');
  const seen = await page.evaluate(visible(`${outputs} img`));
  assert.ok(
    Number(seen) >= pictures,
    `${name}: ${String(seen)} of ${pictures} committed figures are seen before anything runs`,
  );
  await page.evaluate(`(window.jupyterapp ?? window.jupyterlab).commands.execute('notebook:run-all-cells')`);
  const idle = `(() => { const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map((e) => e.textContent); return prompts.length && !prompts.some((t) => t.includes('*')) && prompts.filter((t) => /\\d/.test(t)).length === prompts.length; })()`;
  await until(page, idle, seconds, `${name}: running all cells`);
  await page.evaluate(scrollThrough);
  await wait(3000);
  const [live, still, errors] = await Promise.all([page.evaluate(visible(`${outputs} .js-plotly-plot`)), page.evaluate(visible(`${outputs} img`)), page.evaluate(`document.querySelectorAll('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"], .jp-RenderedText[data-mime-type="application/vnd.jupyter.error"]').length`)]); // prettier-ignore
  await shoot('run');
  console.log(
    `${app} ${name}: ${pictures} pictures before; after running ${String(live)} interactive figures, ${String(still)} pictures, ${String(errors)} error outputs`,
  );
  assert.equal(errors, 0, `${name} shows errors`);
  assert.ok(Number(live) > 0 && Number(live) >= pictures && Number(still) === 0, `${name}: figures are interactive`);
}

/** Jupyter draws cells when they come into view. */
const scrollThrough = `(async () => { const at = document.querySelector('.jp-WindowedPanel-outer') ?? document.querySelector('.jp-Notebook'); for (let y = 0; y < at.scrollHeight; y += 500) { at.scrollTop = y; await new Promise((r) => setTimeout(r, 150)); } at.scrollTop = 0; })()`;

void main();
