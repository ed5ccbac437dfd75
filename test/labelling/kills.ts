import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readEvents, type LabelEvent } from '../../labelling/events';
import { statusOf } from '../../labelling/status';
import { createRandom } from '../../lib/random';
import { repositoryRoot } from '../../lib/root';
import { unlabelledWords } from './words';

export interface KillOptions {
  readonly kills: number;
  readonly images: number;
  readonly batch: number;
  readonly budget: number;
  readonly seed: number;
}

/** What was found when a labelling that was killed over and over had come to its end. */
export interface KillOutcome {
  readonly kills: number;
  /** In which command the kills struck. */
  readonly struck: Readonly<Record<string, number>>;
  /** Statements that had been acknowledged and are gone. */
  readonly lost: number;
  /** Statements that are there twice. */
  readonly doubled: number;
  readonly spent: number;
  readonly budget: number;
  readonly labelled: number;
  /** Labels that are not what was said. */
  readonly wrong: number;
}

/**
 * Labels a folder by commands - choosing, labelling one by one, reading a file of labels - and kills each (SIGKILL) at a random
 * moment until there were enough kills, then lets it come to its end: the budget is spent.
 */
export async function killAndGoOn({ kills, images, batch, budget, seed }: KillOptions): Promise<KillOutcome> {
  const random = createRandom(seed).stream('label kills');
  const { folder, out, truth } = await unlabelledWords(images);
  const file = path.join(path.dirname(folder), 'labels.csv');
  const commands: Record<string, readonly string[]> = {
    next: [
      'data-scripts/label.ts',
      folder,
      '--next',
      '--learner',
      'lda',
      '--batch',
      String(batch),
      '--budget',
      String(budget),
    ],
    import: ['data-scripts/label.ts', folder, '--import', file, '--by', 'ann'],
    labels: ['test/labelling/one-by-one.ts', folder, file],
  };
  const struck: Record<string, number> = {};
  /** How long each command takes to its end, in ms, as last seen: kills are spread over that. */
  const takes: Record<string, number> = { next: 4000, import: 2500, labels: 2500 };
  const acknowledged = new Set<string>();
  let [killed, lost] = [0, 0];

  /** Runs a command; kills it if `mayKill`, and it is not over before. */
  const run = async (name: string, mayKill: boolean): Promise<void> => {
    const started = performance.now();
    const child = spawn(process.execPath, ['--import', 'tsx', ...commands[name]!], {
      cwd: repositoryRoot,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
    const exited = once(child, 'close');
    if (mayKill) {
      await Promise.race([exited, sleep(random.uniform() * takes[name]!)]);
      if (child.exitCode === null) {
        child.kill('SIGKILL');
        killed++;
        struck[name] = (struck[name] ?? 0) + 1;
      }
    }
    await exited;
    if (child.exitCode === 0) takes[name] = performance.now() - started;
    else if (!mayKill) throw new Error(`${name} ended with ${child.exitCode}; ${told}`);
    if (name === 'labels') for (const line of told.split('\n').slice(0, -1)) acknowledged.add(line);
    const kept = new Set(
      readEvents<LabelEvent>(out, 'labels').flatMap((event) => ('image' in event ? [event.image] : [])),
    );
    lost += [...acknowledged].filter((image) => !kept.has(image)).length;
  };

  const isBegun = (): boolean =>
    ['project.json', 'labels.jsonl', 'batches.jsonl'].every((name) => existsSync(path.join(out, name)));
  while (!isBegun()) await run('next', false);
  takes.import = takes.labels = takes.next! / 2;
  for (;;) {
    const mayKill = killed < kills;
    const { batch: asked, ended } = await statusOf(out);
    const open = asked.filter(({ isOpen }) => isOpen).map(({ image }) => image);
    if (ended !== undefined) break;
    writeFileSync(file, open.map((image) => `${image},${truth.get(image)}\n`).join(''));
    await run(!open.length ? 'next' : random.uniform() < 0.5 ? 'import' : 'labels', mayKill);
  }
  const events = readEvents<LabelEvent>(out, 'labels').flatMap((event) => ('says' in event ? [event] : []));
  const { money, labelled } = await statusOf(out);
  return {
    kills: killed,
    struck,
    lost,
    spent: money.spent,
    budget,
    labelled,
    doubled: events.length - new Set(events.map(({ image }) => image)).size,
    wrong: events.filter(({ image, says }) => !('fine' in says) || says.fine !== truth.get(image)).length,
  };
}
