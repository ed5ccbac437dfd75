import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fetchFile, type FetchOptions } from '../../../data-scripts/download/fetch-file';
import { InputError } from '../../../lib/errors';
import { createRandom } from '../../../lib/random';
import { send, serve } from './archive';
import { scratchFolder } from '../../scratch';

const random = createRandom(0);
const bytes = Buffer.from(Uint8Array.from({ length: 300_000 }, () => random.integer(256)));
const target = (): string => path.join(scratchFolder('fetch'), 'file.part');
const quick = (): FetchOptions & { said: string[] } => {
  const said: string[] = [];
  return { wait: 1, patience: 2000, warn: (message) => said.push(message), said };
};

async function refused(work: Promise<void>, message: RegExp): Promise<void> {
  await assert.rejects(work, (error: Error) => {
    assert.ok(error instanceof InputError, error.stack);
    assert.match(error.message, message);
    return true;
  });
}

test('a connection that is cut is gone on with from the last byte that came, however suddenly it broke', async () => {
  const server = await serve((request, response, count) =>
    send(request, response, bytes, count < 4 ? { cut: 70_000 } : {}),
  );
  const [file, options] = [target(), quick()];
  const seen: number[] = [];
  await fetchFile(`${server.url}/a`, file, { ...options, onBytes: (done) => seen.push(done) });
  server.close();
  assert.deepEqual(readFileSync(file), bytes);
  const starts = server.requests.map(({ headers }) => Number(/\d+/.exec(headers.range ?? '0')![0]));
  starts.forEach((start, i) => {
    assert.equal(start, 70_000 * i);
    assert.equal(server.requests[i]!.headers['if-range'], i ? '"one"' : undefined);
  });
  assert.equal(options.said.length, 3);
  assert.equal(seen.at(-1), bytes.length);
  assert.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
});

test('a later run goes on with what an ended one left, and asks for nothing when all is there', async () => {
  let cut: number | undefined = 120_000;
  const server = await serve((request, response, count) => {
    if (count > 1 && cut !== undefined) response.writeHead(503).end();
    else send(request, response, bytes, cut === undefined ? {} : { cut });
  });
  const [file, options] = [target(), quick()];
  await refused(
    fetchFile(server.url, file, options),
    /answered 503 .*the 120000 bytes so far are kept: run the command again/,
  );
  assert.equal(statSync(file).size, 120_000);
  cut = undefined;
  await fetchFile(server.url, file, options);
  assert.equal(server.requests.at(-1)!.headers.range, 'bytes=120000-');
  assert.deepEqual(readFileSync(file), bytes);
  const before = server.requests.length;
  await fetchFile(server.url, file, options);
  assert.equal(server.requests.length, before);
  server.close();
});

test('a file that changed meanwhile, or a server without ranges, is begun again', async () => {
  for (const changed of [{ etag: '"two"' }, { ranges: false }, { etag: 'W/"weak"', ranges: false }]) {
    const server = await serve((request, response, count) =>
      send(request, response, count === 1 ? Buffer.alloc(bytes.length) : bytes, count === 1 ? { cut: 5000 } : changed),
    );
    const file = target();
    await fetchFile(server.url, file, quick());
    server.close();
    assert.deepEqual(readFileSync(file), bytes);
  }
});

test('a part of another address, or one whose origin is unknown or longer than the file, is begun again', async () => {
  const server = await serve((request, response) => send(request, response, bytes));
  for (const state of [
    JSON.stringify({ url: 'http://127.0.0.1/other', validator: '"one"', total: bytes.length }),
    '{"url": "http',
    JSON.stringify({ url: server.url, validator: '"one"', total: 900_000 }),
  ]) {
    const file = target();
    writeFileSync(file, Buffer.alloc(400_000));
    writeFileSync(`${file}.json`, state);
    await fetchFile(server.url, file, quick());
    assert.deepEqual(readFileSync(file), bytes);
  }
  server.close();
});

test('redirects are followed, to another path and round in circles until it is enough', async () => {
  const server = await serve((request, response) => {
    if (request.url === '/a') response.writeHead(302, { location: '/b?x=1' }).end();
    else if (request.url === '/loop') response.writeHead(301, { location: '/loop' }).end();
    else if (request.url === '/out') response.writeHead(307, { location: 'file:///etc/passwd' }).end();
    else send(request, response, bytes);
  });
  const file = target();
  await fetchFile(`${server.url}/a`, file, quick());
  assert.deepEqual(readFileSync(file), bytes);
  await refused(fetchFile(`${server.url}/loop`, target(), quick()), /redirects more than 8 times/);
  await refused(fetchFile(`${server.url}/out`, target(), quick()), /Unexpected address: "file:\/\/\/etc\/passwd"/);
  await refused(fetchFile('ftp://x/y', target(), quick()), /Unexpected address: "ftp:\/\/x\/y"/);
  server.close();
});

test('another size than the one known is refused before anything is written', async () => {
  const server = await serve((request, response) =>
    send(request, response, bytes, request.url === '/long' ? { lengthless: true } : {}),
  );
  const file = target();
  await refused(
    fetchFile(server.url, file, { ...quick(), bytes: 5 }),
    /has 300000 bytes, not 5: another file; .* --md5 SUM/,
  );
  assert.ok(!existsSync(file));
  await refused(fetchFile(`${server.url}/long`, file, { ...quick(), bytes: 5 }), /More than the 5 bytes expected came/);
  server.close();
});

test('a missing file ends at once, a silent server after its patience, five times', async () => {
  const server = await serve((request, response) => {
    if (request.url === '/none') response.writeHead(404).end();
  });
  await refused(fetchFile(`${server.url}/none`, target(), quick()), /answered 404 Not Found; check the address/);
  assert.equal(server.requests.length, 1);
  await refused(
    fetchFile(server.url, target(), { ...quick(), patience: 30 }),
    /could not be fetched \(nothing came for 0\.03 s\)/,
  );
  assert.equal(server.requests.length, 6);
  server.close();
  await refused(fetchFile(server.url, target(), quick()), /could not be fetched \(.*ECONNREFUSED/);
});

test('bytes are taken as they are, even where the server marks them as compressed', async () => {
  const server = await serve((request, response) => {
    assert.equal(request.headers['accept-encoding'], 'identity');
    response.writeHead(200, { 'content-encoding': 'x-gzip' }).end(bytes);
  });
  const file = target();
  await fetchFile(server.url, file, quick());
  server.close();
  assert.deepEqual(readFileSync(file), bytes);
});
