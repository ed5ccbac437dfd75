import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createRandom } from '../../../lib/random';
import { roundsOnDisk, smallGrid, startExperiment, writeGrid } from './command';
import { scratchFolder } from '../../scratch';

/** What a series of kills came to. */
export interface Kills {
  readonly kills: number;
  /** Of these, after at least one round was on disk and before the last was. */
  readonly inTheMiddle: number;
  /** Kills that left a torn last line. */
  readonly torn: number;
  /** Directories that were brought to their end. */
  readonly finished: number;
}

/**
 * Kills a small grid (SIGKILL) `count` times at random moments, starting it again each time in the same directory, or, once
 * it is finished, in a new one. After every kill nothing that was on disk may be missing or there twice; in the end every
 * directory must hold the bytes of an uninterrupted run, timings aside. @throws AssertionError otherwise.
 */
export async function killAtRandom(
  count: number,
  seed: number,
  told: (line: string) => void = () => {},
  grid: object = smallGrid,
): Promise<Kills> {
  const random = createRandom(seed).stream('kills');
  const root = scratchFolder('kills');
  const config = writeGrid(root, grid);
  const run = (out: string) => startExperiment('--config', config, '--out', out, '--workers', '2');
  const started = performance.now();
  const whole = path.join(root, 'whole');
  const first = await run(whole).ended;
  assert.equal(first.code, 0, first.text);
  const expected = roundsOnDisk(whole);
  assert.ok(expected.length > 0);
  const longest = performance.now() - started;

  let [kills, inTheMiddle, torn, finished] = [0, 0, 0, 0];
  for (let directory = 0; kills < count; directory++) {
    const out = path.join(root, `killed-${directory}`);
    let before: string[] = [];
    for (;;) {
      const { process: child, ended } = run(out);
      const alive = kills < count ? await Promise.race([ended, pause(random.uniform() * longest)]) : await ended;
      if (alive === undefined) child.kill('SIGKILL');
      const { code, signal, text } = await ended;
      const now = existsSync(path.join(out, 'rounds.jsonl')) ? roundsOnDisk(out) : [];
      assert.equal(new Set(now).size, now.length, 'a round is there twice');
      const here = new Set(now);
      assert.deepEqual(
        before.filter((line) => !here.has(line)),
        [],
        'a finished round was lost, or changed',
      );
      if (/last record is torn/.test(text)) torn++;
      before = now;
      if (signal === 'SIGKILL') {
        kills++;
        if (now.length && now.length < expected.length) inTheMiddle++;
        told(`kill ${kills} of ${count}: ${now.length} of ${expected.length} rounds on disk`);
        continue;
      }
      assert.equal(code, 0, text);
      break;
    }
    assert.deepEqual(before, expected, 'the finished directory differs from an uninterrupted one');
    assert.deepEqual(namesIn(out), namesIn(whole), 'something was left behind');
    finished++;
  }
  return { kills, inTheMiddle, torn, finished };
}

/** Without the half-written files that a kill in the middle of a replacement leaves beside the old one. */
const namesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => !name.endsWith('.tmp'))
    .sort();
