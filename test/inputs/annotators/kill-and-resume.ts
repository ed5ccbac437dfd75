import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJournal } from '../../../inputs/annotators/journal';
import { createRandom } from '../../../lib/random';
import { repositoryRoot } from '../../../lib/root';
import { vlmServer } from './vlm-server';
import { scratchFolder } from '../../scratch';

export interface KillOptions {
  /** Times that the command is killed before it may end. */
  readonly kills: number;
  readonly images: number;
  readonly concurrency: number;
  readonly seed: number;
  readonly latencyMs?: number;
}

/**
 * Runs `npm run annotate` against a server of our own, kills it (SIGKILL) each time it has got some further answers, at a
 * random moment, and lets it go on, until it ends by itself. `mostAgain`: the most answers that one kill cost, paid for but
 * not in the journal.
 */
export async function killAndResume({ kills, images, concurrency, seed, latencyMs = 20 }: KillOptions) {
  const random = createRandom(seed).stream('kills');
  const server = await vlmServer({ latencyMs });
  const out = path.join(scratchFolder('killed'), 'answers.jsonl');
  const options = [
    ...['--dataset', 'typefaces', '--annotator', 'gemini', '--granularity', 'coarse', '--base-url', server.url],
    ...['--out', out, '--limit', String(images), '--concurrency', String(concurrency)],
  ];
  const start = () =>
    spawn(process.execPath, ['--import', 'tsx', 'data-scripts/annotate.ts', ...options], {
      cwd: repositoryRoot,
      stdio: 'ignore',
      env: { ...process.env, GEMINI_API_KEY: 'none-needed' },
    });
  const paid = (): number => [...server.charged.values()].reduce((sum, times) => sum + times, 0);
  let [lost, mostAgain, killed] = [0, 0, 0];
  let [known, wasted] = [0, 0];
  for (; killed < kills; killed++) {
    const child = start();
    const goal = paid() + 1 + random.integer(Math.max(1, Math.floor((1.5 * images) / kills)));
    while (paid() < goal && child.exitCode === null) await sleep(1);
    await sleep(random.uniform() * latencyMs);
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await sleep(3 * latencyMs); // what the server was about to answer
    const now = existsSync(out) ? readJournal(out).lines.length : 0;
    lost += Math.max(0, known - now);
    known = now;
    mostAgain = Math.max(mostAgain, paid() - known - wasted);
    wasted = paid() - known;
    if (known >= images) break;
  }
  const last = start();
  if (last.exitCode === null) await once(last, 'exit');
  await server.close();
  const lines = readJournal(out).lines;
  lost += images - new Set(lines.map(({ image }) => image)).size;
  return { lost, paidAgain: paid() - images, mostAgain, concurrency, kills: killed, lines: lines.length };
}
