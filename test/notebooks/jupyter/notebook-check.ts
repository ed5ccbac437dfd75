import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isCode, readNotebook } from '../../../notebooks/kit/nbformat';
import { allRun, command, until, type App } from './browser';
import type { Box, Page } from './page';

const outputs = '.jp-OutputArea-output';
/** Figures that are pictures: alone, or waiting for plotly. Small images in tables and cards are none. */
const picture = `${outputs}.jp-RenderedImage img, ${outputs} [id^="figure-"] img`;
const live = `${outputs} .js-plotly-plot`;
const errors =
  `${outputs}[data-mime-type="application/vnd.jupyter.stderr"],` +
  '.jp-RenderedText[data-mime-type="application/vnd.jupyter.error"]';

export interface NotebookCheck {
  readonly app: App;
  readonly file: string;
  /** For screenshots. */
  readonly out: string;
  readonly seconds: number;
}

/**
 * Looks at an open notebook as it is committed, untrusted: every figure must be seen as a picture. Then runs all cells:
 * every figure must be interactive, and nothing an error.
 */
export async function checkNotebook(page: Page, { app, file, out, seconds }: NotebookCheck): Promise<void> {
  const name = path.basename(file, '.ipynb');
  const pictures = readNotebook(file)
    .cells.filter(isCode)
    .flatMap((cell) => cell.outputs)
    .filter((output) => 'data' in output && output.data['image/png'] !== undefined).length;
  const shoot = async (step: string): Promise<void> =>
    writeFileSync(path.join(out, `${app}-${name}-${step}.png`), await page.screenshot());
  const visible = async (selector: string): Promise<number> =>
    Number(
      await page.evaluate(
        `[...document.querySelectorAll('${selector}')].filter((e) => e.getBoundingClientRect().height > 20).length`,
      ),
    );
  /** Figures in view after scrolling through all cells: again until there are as many, since a busy browser draws late. */
  const seenOf = async (wanted: number, selector: string): Promise<number> => {
    let seen = 0;
    for (let i = 0; i < 5 && seen < wanted; i++) {
      await page.evaluate(scrollThrough);
      await wait(3000);
      seen = await visible(selector);
    }
    return seen;
  };
  await until(page, `document.querySelectorAll('.jp-CodeCell').length > 3`, 120, 'opening the notebook');
  const seen = await seenOf(pictures, picture);
  await shoot('untrusted');
  assert.ok(seen >= pictures, `${name}: ${seen} of ${pictures} committed figures are seen before anything runs`);
  await until(page, kernelIsIdle, 120, 'starting the kernel');
  await command(page, 'notebook:run-all-cells');
  await until(page, `${allRun} || ${labelling}`, seconds, `${name}: running all cells`);
  if (await page.evaluate(labelling)) {
    await wait(3000);
    await shoot('labelling');
    await finishLabelling(String(await page.evaluate(labelling)));
    await until(page, allRun, seconds, `${name}: running all cells after labelling`);
  }
  await seenOf(pictures, live);
  await shoot('run');
  const answering = await tryFigures(page, path.join(out, `${app}-${name}-figure`));
  const [moving, still] = [await visible(live), await visible(picture)];
  const failed = await page.evaluate(`document.querySelectorAll('${errors}').length`);
  console.log(
    `${app} ${name}: ${seen} pictures before; after running ${moving} interactive figures, ` +
      `${answering} of which answer the mouse, ${still} pictures, ${String(failed)} error outputs`,
  );
  assert.equal(failed, 0, `${name} shows errors`);
  const drawings = Number(
    await page.evaluate(
      `[...document.querySelectorAll('${live}')].filter((e) => e.data.every(({ x, z }) => !(x?.length || z?.length))).length`,
    ),
  );
  assert.equal(answering, moving - drawings, `${name}: every figure that shows data answers the mouse`);
  assert.ok(moving >= pictures && still === 0, `${name}: figures are interactive`);
}

/** In the page: whether the notebook's kernel is there; without it, running all cells only clears their numbers. */
const kernelIsIdle = `[...(window.jupyterapp ?? window.jupyterlab).shell.widgets('main')].some(
  (widget) => widget.sessionContext?.session?.kernel?.status === 'idle',
)`;

/** In the page: the address of the labelling page in a cell's output, which waits for somebody. */
const labelling = `document.querySelector('iframe[title="Label images"]')?.src`;

/** What its button "Finish for now" does. */
async function finishLabelling(url: string): Promise<void> {
  const headers = { 'content-type': 'application/json', origin: new URL(url).origin };
  const answer = await fetch(`${url}act`, { method: 'POST', headers, body: JSON.stringify({ do: 'finish' }) });
  assert.ok(answer.ok, `The labelling page does not finish: ${await answer.text()}`);
}

/** Jupyter draws cells when they come into view. */
const scrollThrough = `(async () => {
  const at = document.querySelector('.jp-WindowedPanel-outer') ?? document.querySelector('.jp-Notebook');
  for (let y = 0; y < at.scrollHeight; y += 500) {
    at.scrollTop = y;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  at.scrollTop = 0;
})()`;

/** Moves the mouse over every interactive figure until a label appears, and takes its picture; returns how many had one. */
async function tryFigures(page: Page, prefix: string): Promise<number> {
  const count = Number(await page.evaluate(`document.querySelectorAll('${live}').length`));
  let answering = 0;
  for (let i = 0; i < count; i++) {
    const figure = `document.querySelectorAll('${live}')[${i}]`;
    await page.evaluate(`${figure}.scrollIntoView({ block: 'center' })`);
    await wait(500);
    const box = (await page.evaluate(
      `(({ x, y, width, height }) => ({ x, y, width, height }))(${figure}.getBoundingClientRect())`,
    )) as Box;
    if (await findLabel(page, box, `${figure}.querySelector('.hoverlayer')?.childElementCount`)) answering++;
    writeFileSync(`${prefix}-${i + 1}.png`, await page.screenshot(box));
  }
  return answering;
}

async function findLabel(page: Page, { x, y, width, height }: Box, label: string): Promise<boolean> {
  for (let i = 1; i < 12; i++)
    for (let j = 1; j < 24; j++) {
      await page.moveMouse(x + (width * j) / 24, y + (height * i) / 12);
      await wait(60); // plotly looks at the mouse at most twenty times a second
      if (await page.evaluate(`Boolean(${label})`)) return true;
    }
  return false;
}
