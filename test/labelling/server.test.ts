import assert from 'node:assert/strict';
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { openProject, type Project } from '../../labelling/project';
import { serve, type LabellingServer } from '../../labelling/server';
import type { PageState } from '../../labelling/page-state';
import { unlabelledWords } from './words';

let project: Project;
let server: LabellingServer;

before(async () => {
  const { folder } = await unlabelledWords(24);
  project = await openProject({ folder, learner: 'nearest-mean', batch: 4 });
  server = await serve(project, { by: 'ann' });
});
after(async () => {
  await server.close();
  await project.close();
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** A request byte for byte: neither the path nor the Host is put right on the way. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET', body?: string): Promise<Answer> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const below = (path: string): string => new URL(server.url).pathname + path;
const act = (action: unknown, headers: Record<string, string> = {}) =>
  ask(
    below('act'),
    { 'content-type': 'application/json', origin: new URL(server.url).origin, ...headers },
    'POST',
    typeof action === 'string' ? action : JSON.stringify(action),
  );

/** The first state pushed for which `is` holds. */
async function pushed(is: (state: PageState) => boolean): Promise<PageState> {
  const response = await fetch(`${server.url}events`);
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const events = text.split('\n\n');
    text = events.pop()!;
    const states = events.filter((event) => event.startsWith('event: state'));
    const found = states.map((event) => JSON.parse(event.split('data: ')[1]!) as PageState).find(is);
    if (found) return found;
  }
  throw new Error('the server ended the events');
}

test('the server is there on the loopback interface only', async () => {
  assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/$/);
  const outer = Object.values(networkInterfaces()).flatMap((all) => all!.filter(({ internal }) => !internal));
  for (const { address, family } of outer.filter((one) => one.family === 'IPv4')) {
    const refused = await new Promise((resolve) => {
      const socket = connect({ host: address, port: Number(new URL(server.url).port) });
      socket.once('error', () => resolve(true)).once('connect', () => resolve(!socket.destroy()));
    });
    assert.ok(refused, `${family} ${address}`);
  }
});

test('without the token nothing is there, whatever is asked for', async () => {
  for (const path of ['/', '/project', '/image/0', `/${'0'.repeat(32)}/`, below('').slice(0, -2), '//', '/%00/'])
    assert.equal((await ask(path)).status, 404, path);
});

test('another host name is refused (DNS rebinding)', async () => {
  const { port } = new URL(server.url);
  for (const host of [`evil.example:${port}`, '127.0.0.1', `127.0.0.1.evil.example:${port}`, `[::1]:${port}`])
    assert.equal((await ask(below('project'), { host })).status, 421, host);
  assert.equal((await ask(below('project'), { host: `localhost:${port}` })).status, 200);
});

test('writes need the Origin of this page and JSON; forms and other sites are refused, and nothing is noted', async () => {
  const { port } = new URL(server.url);
  for (const origin of [
    'http://evil.example',
    'null',
    'http://127.0.0.1:1',
    `https://127.0.0.1:${port}`,
    `http://localhost:${port}`,
  ])
    assert.equal((await act({ do: 'skip', image: 0 }, { origin })).status, 403, origin);
  const type = { 'content-type': 'application/json' };
  assert.equal((await ask(below('act'), type, 'POST', '{"do":"skip","image":0}')).status, 403);
  assert.equal((await act('do=skip', { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await ask(below('act'), {}, 'DELETE')).status, 405);
  assert.equal((await ask(below('act'))).status, 404);
  assert.equal(project.state().skipped, 0);
});

test('a path leads to the page, its files and the images, and to nothing else', async () => {
  for (const path of [
    '../package.json',
    '..%2fpackage.json',
    'page.ts',
    'image/../page.ts',
    'image/-1',
    'image/1.5',
    'image//etc/passwd',
    'image/%2e%2e/0000.png',
    'image/0/',
    'events/',
    'image/9999999999',
    'image/999999999',
  ])
    assert.equal((await ask(below(path))).status, 404, path);
  const beyond = await ask(below('image/24'));
  assert.equal(beyond.status, 404);
  assert.match(beyond.body.toString(), /Nothing is here/);
  const { headers, body } = await ask(below('image/23'));
  assert.equal(headers['content-type'], 'image/jpeg');
  assert.equal(body.readUInt16BE(0), 0xffd8);
});

test('every answer obeys its own files only, and may not be framed by other sites', async () => {
  for (const path of ['', 'page.js', 'image/0', 'nothing']) {
    const { headers } = await ask(below(path));
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/, path);
    assert.ok(!policy.includes('unsafe'));
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
  }
});

test('actions that cannot be are refused in words: no image, no class, too long, no JSON, answered already', async () => {
  const { item } = await pushed(({ phase }) => phase === 'labelling');
  const image = item!.image;
  for (const [action, status, words] of [
    [{ do: 'label', image, fine: 99 }, 400, /Unexpected action/],
    [{ do: 'label', image }, 400, /Unexpected action/],
    [{ do: 'fly', image }, 400, /Unexpected action/],
    [{ do: 'skip', image: '0' }, 400, /Unexpected action/],
    [null, 400, /Unexpected action/],
    ['{', 400, /no JSON/],
    [{ do: 'x'.repeat(5000) }, 413, /at most/],
    [{ do: 'undo' }, 409, /nothing to take back/],
  ] as const) {
    const answer = await act(action);
    assert.equal(answer.status, status, JSON.stringify(action).slice(0, 50));
    assert.match((JSON.parse(answer.body.toString()) as { error: string }).error, words);
  }
  assert.equal((await act({ do: 'label', image, fine: 0 })).status, 200);
  const again = await act({ do: 'label', image, fine: 1 });
  assert.equal(again.status, 409);
  assert.match(again.body.toString(), /answered in another tab/);
  assert.equal(project.last('ann')!.image, project.images[image]);
  assert.equal((await act({ do: 'undo' })).status, 200);
});

test('when a batch is done the next one comes by itself, pushed to all who listen', async () => {
  const next = pushed(({ batch, phase }) => batch.words.startsWith('Batch 2') && phase === 'labelling');
  for (let i = 0; i < 4; i++) {
    const { item } = await pushed(({ phase }) => phase === 'labelling');
    assert.equal((await act({ do: 'label', image: item!.image, fine: i % 6 })).status, 200);
  }
  const { facts, item, done } = await next;
  assert.equal(done, 'Batch 2 is chosen.');
  assert.deepEqual([facts[0]!.value, facts[2]!.name], ['4', 'Accuracy so far']);
  assert.match(item!.why[0]!, /^The model (is \d+ % sure of |cannot tell yet)/);
});
