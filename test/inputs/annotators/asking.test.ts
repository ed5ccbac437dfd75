import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { openSession } from '../../../lib/rounds/open-session';
import { tinyPictures } from './tiny-pictures';
import { vlmServer, type ServerOptions } from './vlm-server';
import { scratchFolder } from '../../scratch';

/** A session on tiny pictures whose annotator is a server on this machine. */
async function sessionOn(options: ServerOptions, change = '') {
  const server = await vlmServer(options);
  const data = tinyPictures(40);
  const folder = scratchFolder('asking');
  const journal = path.join(folder, 'paid.jsonl');
  process.env.OPENAI_API_KEY = 'secret-key';
  process.env.DATA_ROOT = folder;
  const annotator = `openai-compatible(model=m,baseUrl=${server.url}/v1,journal=${journal},price=1/1${change})`;
  const open = () =>
    openSession({
      dataset: data,
      strategy: 'fixed-ratio(weakShare=0.5)',
      budget: 6,
      prices: { weak: 0.5 },
      annotator,
      training: { hidden: 8, steps: 10 },
      out: path.join(folder, 'session'),
    });
  const lines = () => readFileSync(journal, 'utf8').trim().split('\n').length;
  return { server, data, open, lines, journal };
}

test('a session asks a VLM about what was bought and what a human labelled, and pays for no image twice', async (t) => {
  const { server, data, open, lines, journal } = await sessionOn({});
  t.after(() => server.close());
  const session = await open();
  for (let round = 0; round < 2; round++)
    await session.tell((await session.ask()).open.map(({ image }) => ({ image, label: data.pool.fine[image]! })));
  const { full, weak } = session.records.at(-1)!;
  assert.ok(weak > 0 && full > 0);
  assert.equal(server.asked.length, lines(), 'one request an image');
  assert.ok(lines() <= full + weak && lines() < data.pool.fine.length, `${lines()} images asked about`);
  session.close();
  assert.ok(!readFileSync(journal, 'utf8').includes('secret-key'));
});

test('where the service is down the round stays open, what was paid is kept, and the session goes on later', async (t) => {
  let isDown = true;
  const { server, data, open, lines } = await sessionOn({
    respond: undefined,
    fault: (n) => (isDown && n >= 2 ? 'error 500' : undefined),
  });
  t.after(() => server.close());
  const session = await open();
  const { open: asked } = await session.ask();
  const labels = asked.map(({ image }) => ({ image, label: data.pool.fine[image]! }));
  const signal = AbortSignal.timeout(1500); // a user's patience
  await session.tell(labels, { learn: false });
  await assert.rejects(session.update({ signal }), /gave no answer to \d+ of \d+ images .*go on later/);
  assert.equal(session.round, 0);
  const paid = lines();
  assert.ok(paid >= 1);
  session.close();
  isDown = false;
  const again = await open();
  assert.equal((await again.update())!.round, 0);
  assert.ok(lines() > paid);
  again.close();
});

test('money has a limit: the session stops asking when it is reached, and says so', async (t) => {
  const { server, data, open } = await sessionOn({ tokens: { input: 1_000_000, output: 0 } }, ',maxCost=2');
  t.after(() => server.close());
  const session = await open();
  const { open: asked } = await session.ask();
  const labels = asked.map(({ image }) => ({ image, label: data.pool.fine[image]! }));
  await assert.rejects(session.tell(labels), /maxCost 2 is reached/);
  assert.ok(server.charged.size <= 2 && session.round === 0);
  session.close();
});
