import { loadavg } from 'node:os';
import { main } from '../../../data-scripts/cli/command';
import { createRandom } from '../../../lib/random';
import { annotated, clients, type Case } from './annotated';
import { killAndResume } from './kill-and-resume';
import { faults, isFinal } from './vlm-server';

/** A run that ends without an error. */
async function finished(asked: Case) {
  const { outcome, error, ...rest } = await annotated(asked);
  if (error) throw error;
  return { ...rest, outcome: outcome! };
}

/** Answers a second through the real client, as a share of what the latency allows. */
export async function throughput(images: number, latencyMs: number, concurrency: number) {
  const { outcome, seconds } = await finished({ images, server: { latencyMs }, input: { concurrency } });
  const ideal = (images * latencyMs) / 1000 / concurrency;
  return { images, answered: outcome.answered, latencyMs, concurrency, seconds, ideal, ofIdeal: ideal / seconds };
}

/** All kinds of faults in 30 % of the answers; whatever was charged twice was given up on at the deadline. */
async function faulty(images: number, client: string) {
  const random = createRandom(0).stream('faults');
  const fault = () => (random.uniform() < 0.3 ? faults[random.integer(faults.length)] : undefined);
  const { outcome, server, lines } = await finished({
    images,
    client,
    server: { latencyMs: 20, fault },
    input: { concurrency: 16, patience: { timeoutMs: 10_000 } },
  });
  const { answered, outside, refused, failed } = outcome;
  return {
    images,
    charged: server.charged.size,
    requests: server.asked.length,
    answered,
    outside,
    refused,
    failed: failed.length,
    lines: lines.length,
    twice: [...server.charged.values()].filter((times) => times > 1).length,
  };
}

/** A service that never answers, in every way: images of which anything is recorded or charged, and the run's words. */
async function outage(images: number, client: string) {
  const never = faults.filter((fault) => !isFinal(fault) && fault !== 'drip');
  const { outcome, server, lines } = await finished({
    images,
    client,
    server: { fault: (n) => never[n % never.length] },
    input: { concurrency: 4, patience: { tries: 4, firstWaitMs: 4, longestWaitMs: 40 } },
  });
  const { failed, stopped } = outcome;
  return { requests: server.asked.length, failed: failed.length, stopped, lines: lines.length };
}

const usage = `npm run test:annotate-load
       throughput, faults of all kinds, an outage and kills against a service on this machine, in minutes: a JSON object a line
       e.g. npm run test:annotate-load`;

async function atFullSize(): Promise<void> {
  console.error(`load ${loadavg()[0]?.toFixed(1)}`);
  const speed = await throughput(2000, 200, 16);
  console.log(JSON.stringify({ name: 'throughput', ...speed }));
  for (const name of Object.keys(clients)) {
    const mixed = await faulty(2000, name);
    console.log(JSON.stringify({ name: `faulty, ${name}`, ...mixed }));
    const none = await outage(100, name);
    console.log(JSON.stringify({ name: `outage, ${name}`, ...none }));
    if (mixed.lines !== mixed.images || mixed.charged !== mixed.images) process.exitCode = 1;
    if (mixed.twice || mixed.failed || none.lines || none.stopped !== 'down') process.exitCode = 1;
  }
  const killed = await killAndResume({ kills: 50, images: 2000, concurrency: 16, seed: 0 });
  console.log(JSON.stringify({ name: 'killed', ...killed }));
  if (speed.ofIdeal < 0.9 || killed.lost || killed.mostAgain > killed.concurrency) process.exitCode = 1;
}

if (require.main === module) main(usage, atFullSize);
