import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readLabels } from '../../labelling/import-labels';
import { openProject, type Project } from '../../labelling/project';
import { serve, type LabellingServer } from '../../labelling/server';
import { chromium, startBrowser, type Browser, type Tab } from './browser';
import { unlabelledWords } from './words';

const command = chromium();
const quick = { learner: 'nearest-mean', batch: 8 } as const;

/** The caption under the image; false while the model learns. */
const shown = `(document.getElementById('panel')?.hidden === false && document.getElementById('path').textContent)`;
const text = (id: string): string => `document.getElementById('${id}').textContent`;

const hasRoom = 'document.documentElement.scrollWidth <= document.documentElement.clientWidth';

/** Waits for an image other than `last`, and says which. */
async function nextImage(tab: Tab, last?: string): Promise<string> {
  await tab.until(`${shown} && ${shown} !== ${JSON.stringify(last)}`, 60);
  return String(await tab.evaluate(shown));
}

/** What stays when the words for it, its place and the clock do not matter. */
const essence = async (project: Project) => {
  const { images, labelled, skipped, notInList, conflicts, round, batch, money, assessment, history } =
    await project.judged();
  const asked = batch.map(({ image, value, uncertainty, likeliest }) => ({ image, value, uncertainty, likeliest }));
  const held = project.images.map((image) => project.verdict(image).holds);
  return { images, labelled, skipped, notInList, conflicts, round, asked, money, assessment, history, held };
};

describe('the page in a real browser', { skip: command ? false : 'there is no Chromium on this machine' }, () => {
  let browser: Browser;
  let server: LabellingServer | undefined;
  let project: Project | undefined;
  before(async () => (browser = await startBrowser(command!)));
  after(async () => {
    await server?.close();
    await project?.close();
    await browser.close();
  });

  /** Serves a project in place of the last one. */
  async function served(opened: Project): Promise<Project> {
    await server?.close();
    await project?.close();
    project = opened;
    server = await serve(opened, { by: 'ann' });
    return opened;
  }

  test('40 answers by keyboard alone, with take-backs, a reload and a second tab, are those that an import gives', async () => {
    const { folder, truth } = await unlabelledWords();
    const own = await served(await openProject({ folder, ...quick }));
    let tab = await browser.open(server!.url);
    const answers: string[] = [];
    let image: string | undefined;
    for (let i = 0; i < 40; i++) {
      image = await nextImage(tab, image);
      const fine = truth.get(image)!;
      if (i === 3) await tab.press('ArrowRight');
      else if (i === 12) await tab.press('0');
      else if (i % 3) await tab.press(...fine, 'Enter');
      else await pickByArrows(tab, fine);
      answers.push(`${image},${i === 3 ? '(skip)' : i === 12 ? '(not in the list)' : `"${fine}"`}`);
      if (i === 5) {
        // a wrong label, and the right one before it, are taken back; then both images are asked about again
        const wrong = await nextImage(tab, image);
        await tab.press('1');
        await nextImage(tab, wrong);
        await tab.press('ArrowLeft');
        await tab.until(`${shown} === ${JSON.stringify(wrong)}`);
        await tab.press('ArrowLeft');
        await tab.until(`${shown} === ${JSON.stringify(image)}`);
        await tab.press(...fine, 'Enter');
      } else if (i === 10) {
        const next = await nextImage(tab, image);
        await tab.send('Page.reload');
        await tab.until(`document.readyState === 'complete' && ${text('path')} === ${JSON.stringify(next)}`);
        assert.equal(await tab.evaluate('document.activeElement.id'), 'search');
      } else if (i === 20) {
        const other = await browser.open(server!.url);
        const next = await nextImage(tab, image);
        assert.equal(await nextImage(other), next);
        await other.press(...truth.get(next)!, 'Enter');
        const following = await nextImage(other, next);
        await tab.send('Page.bringToFront'); // a tab that nobody sees is told nothing
        await tab.until(`${shown} === ${JSON.stringify(following)}`);
        await other.send('Page.bringToFront');
        answers.push(`${next},"${truth.get(next)!}"`);
        i++;
        image = next;
        tab.close();
        tab = other; // and goes on there
      }
    }
    await nextImage(tab, image);
    tab.close();
    assert.equal(own.state().round, 6);

    const again = await unlabelledWords();
    const imported = await openProject({ folder: again.folder, ...quick });
    for (let batch = 0; batch < 5; batch++) {
      const { batch: asked } = await imported.update();
      const lines = answers.slice(8 * batch, 8 * batch + 8);
      assert.deepEqual(lines.map((line) => line.split(',')[0]).sort(), asked.map(({ image: name }) => name).sort());
      const file = path.join(again.out, 'batch.csv');
      writeFileSync(file, lines.join('\n'));
      await imported.labelAll(readLabels(file, imported.images, { by: 'ann' }).statements);
    }
    await imported.update();
    assert.deepEqual(await essence(own), await essence(imported));
    await imported.close();
  });

  test('names that hold HTML are shown as they are, and nothing in them is obeyed', async () => {
    const { folder } = await unlabelledWords(24);
    const evil = `<img src=x onerror="document.title='obeyed'">`;
    renameSync(path.join(folder, '0000.png'), path.join(folder, `0000${evil}.png`));
    const classes = path.join(folder, 'hierarchy.csv');
    writeFileSync(
      classes,
      `${readFileSync(classes, 'utf8')}"${evil.replaceAll('"', '""')}",<script>document.title='obeyed'</script>\n`,
    );
    await served(await openProject({ folder, ...quick, batch: 24 }));
    const tab = await browser.open(server!.url);
    for (let image = await nextImage(tab); !image.startsWith('0000'); image = await nextImage(tab, image))
      await tab.press('ArrowRight');
    assert.equal(await tab.evaluate(text('path')), `0000${evil}.png`);
    await tab.press(...'<img', 'Enter');
    await tab.until(`${text('said')}.startsWith('<img src=x')`);
    assert.equal(await tab.evaluate(`document.querySelectorAll('img').length`), 1);
    assert.notEqual(await tab.evaluate('document.title'), 'obeyed');
    tab.close();
  });

  test('axe finds nothing, wide and narrow, light and dark, and the focus goes through the page in reading order', async () => {
    const { folder, truth } = await unlabelledWords(24);
    await served(await openProject({ folder, ...quick, budget: 9 }));
    const tab = await browser.open(server!.url);
    await tab.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
    const faults = `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map((n) => n.html)))`;
    let image: string | undefined;
    for (let i = 0; i < 8; i++) {
      image = await nextImage(tab, image);
      await tab.press(...truth.get(image)!, 'Enter');
    }
    image = await nextImage(tab, image);
    for (const [width, height] of [
      [1400, 900],
      [390, 844],
    ] as const)
      for (const value of ['light', 'dark']) {
        await tab.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
        await tab.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] });
        assert.deepEqual(await tab.evaluate(faults), [], `${width} ${value}`);
        assert.equal(await tab.evaluate(hasRoom), true, 'nothing is cut off');
      }
    const order: unknown[] = [];
    for (let i = 0; i < 5; i++) {
      order.push(await tab.evaluate('document.activeElement.id || document.activeElement.localName'));
      await tab.press('Tab');
    }
    assert.deepEqual(order, ['search', 'undo', 'skip', 'not-in-list', 'summary']);
    await tab.evaluate(`document.getElementById('search').focus()`);
    await tab.press('b');
    assert.deepEqual(await tab.evaluate(faults), [], 'while something is searched for');
    await tab.press('Escape', ...truth.get(image)!, 'Enter');
    await tab.until(`${text('pause-title')} === 'All done'`, 60);
    assert.match(String(await tab.evaluate(text('pause-words'))), /^The budget is spent\. 9 images are labelled/);
    assert.deepEqual(await tab.evaluate(faults), [], 'at the end');
    tab.close();
  });
});

/** Goes down the list until the class is marked. */
async function pickByArrows(tab: Tab, fine: string): Promise<void> {
  const marked = `document.querySelector('[aria-selected=true] .name')?.textContent`;
  for (let i = 0; i < 50; i++) {
    await tab.press('ArrowDown');
    if ((await tab.evaluate(marked)) === fine) return tab.press('Enter');
  }
  throw new Error(`${fine} is not in the list`);
}
