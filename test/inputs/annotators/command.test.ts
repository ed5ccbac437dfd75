import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { repositoryRoot } from '../../../lib/root';
import { killAndResume } from './kill-and-resume';
import { vlmServer } from './vlm-server';
import { scratchFolder } from '../../scratch';

const key = 'AnyThing-0123456789-key';
const newFolder = (): string => scratchFolder('annotate-command');

/** Starts `npm run annotate -- OPTIONS` without npm; Gemini's key is set unless the environment says otherwise. */
function start(options: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'data-scripts/annotate.ts', ...options], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, GEMINI_API_KEY: key, OPENAI_API_KEY: '', ...environment },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (text += part.toString()));
  const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, text }));
  return { child, ended };
}

const asking = (url: string, out: string, ...more: string[]): string[] => [
  ...['--dataset', 'typefaces', '--annotator', 'gemini', '--granularity', 'coarse', '--base-url', url, '--out', out],
  ...more,
];

describe('npm run annotate', { concurrency: 2 }, () => {
  test('fills a journal, says what it will cost and what it cost, and never shows the key', async () => {
    const folder = newFolder();
    const echo = ({ headers }: { headers: object }): string => `Your key is ${JSON.stringify(headers)}`;
    const server = await vlmServer({
      latencyMs: 50,
      answer: (question, n) => (n % 2 ? echo(question) : question.classes[0]!),
    });
    const out = path.join(folder, 'answers.jsonl');
    const { child, ended } = start(asking(server.url, out, '--limit', '40', '--concurrency', '4'));
    const commandLines = new Set<string>();
    while (child.exitCode === null) {
      for (const line of processes()) commandLines.add(line);
      await sleep(50);
    }
    const { status, text } = await ended;
    await server.close();
    assert.equal(status, 0, text);
    assert.match(
      text,
      /40 are to be asked for[^]*about \$0\.\d+[^]*20 answered, 20 outside the list, 0 refused; \$0\.00/,
    );
    assert.equal(server.asked[0]!.headers['x-goog-api-key'], key, 'the service gets it');
    const written = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
    for (const shown of [text, ...commandLines, ...written]) assert.ok(!shown.includes(key));
    assert.ok(written.join().includes('[key hidden]'));
    assert.deepEqual(readdirSync(folder), ['answers.jsonl'], 'the lock is gone');
  });

  const failing = (status: number, message: string) =>
    vlmServer({ respond: (response) => response.writeHead(status).end(JSON.stringify({ error: { message } })) });

  test('a wrong key and an unknown model each give one line, at once', async () => {
    for (const [status, message, told] of [
      [400, `API key not valid: ${key}`, /^The key was not accepted \(400: API key not valid: \[key hidden\]\); .*$/m],
      [404, 'models/nope is not found', /^The model or address is unknown \(404: models\/nope is not found\); .*$/m],
    ] as const) {
      const server = await failing(status, message);
      const { ended } = start(asking(server.url, path.join(newFolder(), 'a.jsonl'), '--model', 'nope'));
      const { status: code, text } = await ended;
      await server.close();
      assert.match(text, told);
      assert.equal(text.match(new RegExp(`\\(${status}`, 'g'))!.length, 1);
      assert.deepEqual([code, server.asked.length, text.includes(key), text.includes('    at ')], [1, 1, false, false]);
    }
  });

  test('a missing key, wrong options and an unknown annotator are told before anything is done', async () => {
    const folder = newFolder();
    const out = path.join(folder, 'a.jsonl');
    for (const [options, environment, told] of [
      [
        asking('http://127.0.0.1:9', out),
        { GEMINI_API_KEY: '' },
        /^The environment variable GEMINI_API_KEY is not set/m,
      ],
      [
        ['--dataset', 'typefaces', '--annotator', 'x', '--granularity', 'fine'],
        {},
        /Unknown annotator: "x"; expected one of: gemini/,
      ],
      [
        ['--dataset', 'typefaces', '--annotator', 'gemini', '--granularity', 'medium'],
        {},
        /expected fine or coarse or both\nUsage/,
      ],
      [asking(`http://me:${key}@127.0.0.1:9`, out), {}, /base URL: it holds a password or a query/],
      [asking('http://127.0.0.1:9', out, '--model', 'new', '--max-cost', '1'), {}, /the price of new is not known/],
    ] as const) {
      const { status, text } = await start(options, environment).ended;
      assert.match(text, told);
      assert.deepEqual([status, text.includes(key), text.includes('    at ')], [1, false, false]);
    }
    assert.deepEqual(readdirSync(folder), []);
  });

  test('--dry-run shows the prompt and the price, without a key, a request or a file', async () => {
    const server = await vlmServer();
    const folder = newFolder();
    const out = path.join(folder, 'a.jsonl');
    const options = asking(server.url, out, '--dry-run', '--model', 'gemini-2.0-flash');
    const { status, text } = await start(options, { GEMINI_API_KEY: '' }).ended;
    await server.close();
    assert.equal(status, 0, text);
    assert.match(text, /5500 are to be asked for[^]*\(estimated\); about \$0\.\d+[^]*one of the following 16 classes/);
    assert.deepEqual([server.asked.length, readdirSync(folder)], [0, []]);
  });

  test('says what the service says while it is waited for, and why images have no usable answer', async () => {
    const fault = (n: number) => (n < 2 ? 'error in 200' : n === 5 ? 'answer blocked' : undefined);
    const server = await vlmServer({ fault });
    const options = asking(server.url, path.join(newFolder(), 'a.jsonl'), '--limit', '6', '--concurrency', '1');
    const { status, text } = await start(options).ended;
    await server.close();
    assert.equal(status, 0, text);
    assert.match(
      text,
      /busy \(429: Rate limit exceeded\); asking again in 1 s\n[^]*5 answered, 0 outside the list, 1 refused/,
    );
    assert.match(text, /No usable answer in the journal: 1 blocked: SAFETY\. --again refused,outside asks once more/);
  });

  test('asks about both lists at once, and makes a journal of published answers', async () => {
    const folder = newFolder();
    const [both, published, out] = ['both.jsonl', 'published.json', 'out.jsonl'].map((name) => path.join(folder, name));
    const asked = ['--dataset', 'typefaces', '--annotator', 'recorded', '--granularity', 'both', '--limit', '5'];
    assert.equal((await start([...asked, '--out', both!]).ended).status, 0);
    const line = JSON.parse(readFileSync(both!, 'utf8').split('\n')[0]!) as Record<string, unknown>;
    assert.deepEqual([line['granularity'], typeof line['label'], typeof line['group']], ['both', 'string', 'string']);

    const text16 = `\ufeff${JSON.stringify({ 0: ['lora', 'Arvo'], 1: 'Zapfino', 9999: 'Lora' })}`;
    writeFileSync(published!, text16, 'utf16le'); // as PowerShell's > writes it
    const importing = ['--dataset', 'typefaces', '--import', published!, '--annotator-name', 'M', '--out', out!];
    const { status, text } = await start(importing).ended;
    assert.equal(status, 0, text);
    assert.match(
      text,
      /2 of 5500 pool images matched; entries unmatched: 1 \(9999\), ambiguous: 0; \d answers outside/,
    );
    assert.match((await start(importing.slice(0, 4)).ended).text, /--annotator-name is missing\nUsage/);
  });

  test('an interrupt ends it cleanly: what was answered is kept, the rest is said to be left', async () => {
    const server = await vlmServer({ latencyMs: 100 });
    const out = path.join(newFolder(), 'a.jsonl');
    const { child, ended } = start(asking(server.url, out, '--limit', '500', '--concurrency', '4'));
    while (server.charged.size < 20 && child.exitCode === null) await sleep(20);
    child.kill('SIGINT');
    const { status, text } = await ended;
    await server.close();
    assert.equal(status, 130, text);
    assert.match(text, /Stopping: [^]*answered, [^]* are left: run the same command again/);
    assert.equal(readFileSync(out, 'utf8').trimEnd().split('\n').length, server.charged.size);
  });

  test('killed at three random moments, it loses no paid answer and pays at most those in flight again', async () => {
    const options = { kills: 3, images: 150, concurrency: 8, seed: 1 };
    const { lost, mostAgain, kills } = await killAndResume(options);
    assert.deepEqual([lost, kills], [0, 3]);
    assert.ok(mostAgain <= options.concurrency, `${mostAgain} paid again after one kill, 8 in flight`);
  });
});

/** All command lines of the machine, where they can be seen (Linux). */
function processes(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : [];
    } catch {
      return []; // ended meanwhile
    }
  });
}
