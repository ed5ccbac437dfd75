import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { kernelspec } from '../../../notebooks/kit/nbformat';
import { command, until, type App } from './browser';
import type { Page } from './page';
import { scratchFolder } from '../../scratch';

const cells = [
  `import { loadDataset } from './lib/index';\nlet kept = 6 * 7;\nkept`,
  `loadDataset`,
  `console.log('began');\nawait null;\nwhile (true) {}`,
  `kept + 1`,
];

/** A notebook to try the front end on. */
export function scratchNotebook(): string {
  const file = path.join(scratchFolder('scratch'), 'scratch.ipynb');
  const notebook = {
    cells: cells.map((source, i) => ({
      cell_type: 'code',
      id: `c${i}`,
      execution_count: null,
      metadata: {},
      outputs: [],
      source,
    })),
    metadata: { kernelspec },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(file, JSON.stringify(notebook));
  return file;
}

/** Completion, hover, interrupt and restart, by the front end's own commands and widgets. */
export async function checkSession(page: Page, app: App, out: string): Promise<void> {
  const output = (i: number): string =>
    `document.querySelectorAll('.jp-CodeCell')[${i}]?.querySelector('.jp-OutputArea')`;
  const says = (i: number, text: string): string => `${output(i)}?.textContent.includes('${text}')`;
  const shoot = async (step: string): Promise<void> =>
    writeFileSync(path.join(out, `${app}-session-${step}.png`), await page.screenshot());
  await until(page, `document.querySelectorAll('.jp-CodeCell').length === ${cells.length}`, 120, 'opening a notebook');

  await select(page, 0);
  await command(page, 'notebook:run-cell');
  await until(page, says(0, '42'), 60, 'running a cell');

  await select(page, 1, 'loadDataset'.length);
  await command(page, 'tooltip:launch-notebook');
  await until(page, `document.querySelector('.jp-Tooltip')?.textContent.includes('Promise<Dataset>')`, 30, 'a tooltip');
  await shoot('tooltip');
  await select(page, 1, 'loadData'.length);
  await command(page, 'completer:invoke-notebook');
  const completed = `document.querySelector('.jp-Completer:not(.jp-mod-hidden)')?.textContent.includes('loadDataset')`;
  await until(page, completed, 30, 'a completion');
  await shoot('completer');
  await page.evaluate(`document.querySelector('.jp-Completer')?.remove()`);

  await select(page, 2);
  await command(page, 'notebook:run-cell');
  await until(page, says(2, 'began'), 30, 'starting an endless loop');
  await wait(1000);
  await command(page, 'notebook:interrupt-kernel');
  await until(page, says(2, 'Interrupted'), 30, 'an interrupt');
  await shoot('interrupted');
  await wait(1000);
  await select(page, 3);
  await command(page, 'notebook:run-cell');
  await until(page, says(3, '43'), 30, 'running a cell after the interrupt');

  await command(page, 'notebook:restart-kernel');
  await until(page, `document.querySelector('.jp-Dialog .jp-mod-accept')`, 30, 'the question whether to restart');
  await page.evaluate(`document.querySelector('.jp-Dialog .jp-mod-accept').click()`);
  await wait(4000);
  await select(page, 3);
  await command(page, 'notebook:run-cell');
  await until(page, says(3, 'kept'), 60, 'a cell that misses what a restart has forgotten');
  assert.ok(await page.evaluate(`!(${says(3, '43')})`));
  await shoot('restarted');
  console.log(`${app}: a cell runs, the tooltip and the completer answer, interrupt and restart work`);
}

/** Makes cell `i` the active one; with `column`, its editor has the cursor there. */
async function select(page: Page, i: number, column?: number): Promise<void> {
  await page.evaluate(`(async () => {
    const { shell } = window.jupyterapp ?? window.jupyterlab;
    const panel = [...shell.widgets('main')].find((widget) => widget.content?.activeCellIndex !== undefined);
    shell.activateById(panel.id);
    const notebook = panel.content;
    notebook.activeCellIndex = ${i};
    notebook.deselectAll();
    ${
      column === undefined
        ? ''
        : `notebook.mode = 'edit';
    notebook.activeCell.editor.focus();
    notebook.activeCell.editor.setCursorPosition({ line: 0, column: ${column} });`
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  })()`);
}
