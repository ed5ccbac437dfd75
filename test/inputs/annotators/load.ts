import { loadavg } from 'node:os';
import path from 'node:path';
import { annotate } from '../../../inputs/annotators/annotate';
import type { Provider } from '../../../inputs/annotators/provider';
import { Journal, readJournal } from '../../../inputs/annotators/journal';
import { createPrompt } from '../../../inputs/annotators/prompt';
import { gemini } from '../../../inputs/annotators/providers/gemini';
import { main } from '../../../data-scripts/cli/command';
import { createRandom } from '../../../lib/random';
import { clients } from './annotated';
import { killAndResume } from './kill-and-resume';
import { tinyPictures } from './tiny-pictures';
import { faults, isFinal, vlmServer } from './vlm-server';
import { scratchFolder } from '../../scratch';

/** Answers a second through the real client, as a share of what the latency allows. */
export async function throughput(images: number, latencyMs: number, concurrency: number) {
  const data = tinyPictures(images);
  const server = await vlmServer({ latencyMs });
  const provider = gemini({ key: 'none-needed', model: 'gemini-2.5-flash-lite', baseUrl: server.url });
  const prompt = createPrompt(data.hierarchy, 'coarse', provider);
  const journal = Journal.open(path.join(scratchFolder('load'), 'answers.jsonl'));
  const start = performance.now();
  const { answered } = await annotate({
    data,
    provider,
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
async function faulty(images: number, client: (url: string) => Provider) {
  const random = createRandom(0).stream('faults');
  const fault = () => (random.uniform() < 0.3 ? faults[random.integer(faults.length)] : undefined);
  const data = tinyPictures(images);
  const server = await vlmServer({ latencyMs: 20, fault });
  const provider = client(server.url);
  const prompt = createPrompt(data.hierarchy, 'coarse', provider);
  const journal = Journal.open(path.join(scratchFolder('load'), 'answers.jsonl'));
  const asked = { data, provider, granularity: 'coarse', prompt, seed: 0, journal, concurrency: 16 } as const;
  const { answered, outside, refused, failed } = await annotate({ ...asked, patience: { timeoutMs: 10_000 } });
  await journal.close();
  await server.close();
  const twice = [...server.charged.values()].filter((times) => times > 1).length;
  const lines = readJournal(journal.file).lines.length;
  const charged = server.charged.size;
  return {
    images,
    charged,
    requests: server.asked.length,
    answered,
    outside,
    refused,
    failed: failed.length,
    lines,
    twice,
  };
}

/** A service that never answers, in every way: images of which anything is recorded or charged, and the run's words. */
async function outage(images: number, client: (url: string) => Provider) {
  const data = tinyPictures(images);
  const never = faults.filter((fault) => !isFinal(fault) && fault !== 'drip');
  const server = await vlmServer({ fault: (n) => never[n % never.length] });
  const provider = client(server.url);
  const prompt = createPrompt(data.hierarchy, 'coarse', provider);
  const journal = Journal.open(path.join(scratchFolder('load'), 'answers.jsonl'));
  const patience = { tries: 4, firstWaitMs: 4, longestWaitMs: 40 };
  const { failed, stopped } = await annotate({
    data,
    provider,
    granularity: 'coarse',
    prompt,
    seed: 0,
    journal,
    concurrency: 4,
    patience,
  });
  await journal.close();
  await server.close();
  return {
    requests: server.asked.length,
    failed: failed.length,
    stopped,
    lines: readJournal(journal.file).lines.length,
  };
}

const usage = `npm run test:annotate-load
       throughput, faults of all kinds, an outage and kills against a service on this machine, in minutes: a JSON object a line
       e.g. npm run test:annotate-load`;

async function atFullSize(): Promise<void> {
  console.error(`load ${loadavg()[0]?.toFixed(1)}`);
  const speed = await throughput(2000, 200, 16);
  console.log(JSON.stringify({ name: 'throughput', ...speed }));
  for (const [name, client] of Object.entries(clients)) {
    const mixed = await faulty(2000, client);
    console.log(JSON.stringify({ name: `faulty, ${name}`, ...mixed }));
    const none = await outage(100, client);
    console.log(JSON.stringify({ name: `outage, ${name}`, ...none }));
    if (mixed.lines !== mixed.images || mixed.charged !== mixed.images) process.exitCode = 1;
    if (mixed.twice || mixed.failed || none.lines || none.stopped !== 'down') process.exitCode = 1;
  }
  const killed = await killAndResume({ kills: 50, images: 2000, concurrency: 16, seed: 0 });
  console.log(JSON.stringify({ name: 'killed', ...killed }));
  if (speed.ofIdeal < 0.9 || killed.lost || killed.mostAgain > killed.concurrency) process.exitCode = 1;
}

if (require.main === module) main(usage, atFullSize);
