import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Kernel } from '../../notebooks/kit/kernel/client';
import { unlabelledWords } from '../labelling/words';

let kernel: Kernel;
before(async () => (kernel = await Kernel.start({ env: { NOTEBOOK_HEADLESS: '' } })));
after(() => kernel.shutdown());

const addressed = /<iframe src="(http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/)"/;

/** Runs a cell; `meanwhile` gets the address of the page in its output. */
async function run(code: string, meanwhile?: (url: string) => Promise<unknown>) {
  let [text, html] = ['', ''];
  let during: Promise<unknown> | undefined;
  kernel.onOutput = ({ content }) => {
    for (const words of [content['text'], content['ename'], content['evalue']])
      if (typeof words === 'string') text += words;
    html += (content['data'] as Record<string, string> | undefined)?.['text/html'] ?? '';
    const [, url] = addressed.exec(html) ?? [];
    if (url && meanwhile) during ??= meanwhile(url);
  };
  const { status } = await kernel.execute(code, () => undefined, 60);
  await during;
  return { status, text, html };
}

const act = (url: string, action: object): Promise<Response> =>
  fetch(`${url}act`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: new URL(url).origin },
    body: JSON.stringify(action),
  });

test('label(project) shows the page in a frame until it is finished or interrupted, and what was labelled stays', async () => {
  const { folder } = await unlabelledWords(24);
  const begun = await run(`
    import { label } from './notebooks/kit/index';
    import { openProject } from './labelling/project';
    const project = await openProject({ folder: ${JSON.stringify(folder)}, learner: 'nearest-mean', batch: 4 });
    await project.update();
    const [first, second] = project.state().batch.map(({ image }) => project.images.indexOf(image));
    console.log(first, second);`);
  assert.equal(begun.status, 'ok', begun.text);
  const [first, second] = begun.text.trim().split(' ').map(Number);

  let address = '';
  const finished = await run(`const { labelled } = await label(project); labelled`, async (url) => {
    address = url;
    const { headers } = await fetch(url);
    assert.match(
      headers.get('content-security-policy')!,
      /frame-ancestors http:\/\/localhost:\* http:\/\/127\.0\.0\.1:\*$/,
    );
    assert.equal((await act(url, { do: 'label', image: first, fine: 0 })).status, 200);
    await act(url, { do: 'finish' });
  });
  assert.equal(finished.text, '1\n');
  assert.match(finished.html, /1 of 24 images labelled\./);
  await assert.rejects(fetch(address), 'its server has ended');

  const interrupted = await run(`await label(project)`, async (url) => {
    address = url;
    assert.equal((await act(url, { do: 'label', image: second, fine: 1 })).status, 200);
    kernel.interrupt();
  });
  assert.equal(interrupted.status, 'error');
  assert.match(interrupted.text, /Interrupted/);
  await wait(500); // after an error tslab refuses what is asked for within a fifth of a second
  await assert.rejects(fetch(address), 'its server has ended');
  assert.equal((await run(`const now = project.state().labelled; await project.close(); now`)).text, '2\n');
});

test('label(project) does not wait where nobody can label', async () => {
  const { folder } = await unlabelledWords(24);
  const { text, html } = await run(`
    process.env['NOTEBOOK_HEADLESS'] = '1';
    const alone = await openProject({ folder: ${JSON.stringify(folder)}, learner: 'nearest-mean' });
    const none = (await label(alone)).labelled;
    process.env['NOTEBOOK_HEADLESS'] = '';
    const later = (await label(alone, { patience: 0.5 })).labelled;
    await alone.close();
    none + later`);
  assert.equal(html.match(/Nobody is here to label/g)!.length, 2);
  assert.equal(text, '0\n');
});
