import { mkdtempSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { annotate } from '../../lib/annotators/annotate';
import { Journal, readJournal } from '../../lib/annotators/journal';
import { createPrompt } from '../../lib/annotators/prompt';
import { gemini } from '../../lib/annotators/providers/gemini';
import { createRandom } from '../../lib/random';
import { killAndResume } from './kill-and-resume';
import { tinyPictures } from './tiny-pictures';
import { faults, vlmServer } from './vlm-server';

/** Answers a second through the real client, as a share of what the latency allows. */
export async function throughput(images: number, latencyMs: number, concurrency: number) {
  const data = tinyPictures(images);
  const server = await vlmServer({ latencyMs });
  const annotator = gemini({ key: 'none-needed', model: 'gemini-2.5-flash-lite', baseUrl: server.url });
  const prompt = createPrompt(data.hierarchy, 'coarse', annotator);
  const journal = Journal.open(path.join(mkdtempSync(path.join(tmpdir(), 'load-')), 'answers.jsonl'));
  const start = performance.now();
  const { answered } = await annotate({
    data,
    annotator,
    granularity: 'coarse',
    prompt,
    seed: 0,
    journal,
    concurrency,
  });
  const seconds = (performance.now() - start) / 1000;
  await journal.close();
  await server.close();
  const ideal = (images * latencyMs) / 1000 / concurrency;
  return { images, answered, latencyMs, concurrency, seconds, ideal, ofIdeal: ideal / seconds };
}

/** All kinds of faults in 30 % of the answers; whatever was charged twice was given up on at the deadline. */
async function faulty(images: number) {
  const random = createRandom(0).stream('faults');
  const fault = () => (random.uniform() < 0.3 ? faults[random.integer(faults.length)] : undefined);
  const data = tinyPictures(images);
  const server = await vlmServer({ latencyMs: 20, fault });
  const annotator = gemini({ key: 'none-needed', model: 'gemini-2.5-flash-lite', baseUrl: server.url });
  const prompt = createPrompt(data.hierarchy, 'coarse', annotator);
  const journal = Journal.open(path.join(mkdtempSync(path.join(tmpdir(), 'load-')), 'answers.jsonl'));
  const asked = { data, annotator, granularity: 'coarse', prompt, seed: 0, journal, concurrency: 16 } as const;
  const { answered, outside, refused, failed } = await annotate({ ...asked, patience: { timeoutMs: 10_000 } });
  await journal.close();
  await server.close();
  const twice = [...server.charged.values()].filter((times) => times > 1).length;
  const lines = readJournal(journal.file).lines.length;
  return { images, requests: server.asked.length, answered, outside, refused, failed: failed.length, lines, twice };
}

/** `npm run test:annotate-load`: what the issue asks to be shown, at full size; minutes. A JSON object a line. */
async function main(): Promise<void> {
  console.error(`load ${loadavg()[0]?.toFixed(1)}`);
  const speed = await throughput(2000, 200, 16);
  console.log(JSON.stringify({ name: 'throughput', ...speed }));
  const mixed = await faulty(2000);
  console.log(JSON.stringify({ name: 'faulty', ...mixed }));
  const killed = await killAndResume({ kills: 50, images: 2000, concurrency: 16, seed: 0 });
  console.log(JSON.stringify({ name: 'killed', ...killed }));
  if (mixed.lines !== mixed.images || mixed.twice || mixed.failed) process.exitCode = 1;
  if (speed.ofIdeal < 0.9 || killed.lost || killed.mostAgain > killed.concurrency) process.exitCode = 1;
}

if (require.main === module) void main();
