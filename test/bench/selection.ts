import { createEngine, type Engine } from '../../lib/engine';
import { createRandom } from '../../lib/random';
import { kMeansPlusPlus } from '../../lib/strategies/sampling/k-means-plus-plus';
import { gradientEmbeddings } from '../../lib/strategies/sampling/points';
import { chooseWithinBudget } from '../../lib/strategies/sampling/within-budget';
import { compare, type BenchLine, type Contest } from './compare';
import { startPeer } from './peer';
import { hiddenUnits, probabilities, uniforms } from './random-data';

/** A choice of labels to be timed, by the engine given. */
export type Choice = (engine: Engine) => () => Promise<unknown>;

/** ISO's choice of `picks` labels from n rows with two levels each. */
export function isoChoice(n: number, columns: number, picks: number): Choice {
  const hidden = hiddenUnits(n, columns);
  const levels = [1, 0.5].map((scale) => ({ price: 1, values: uniforms(n, scale) }));
  return (engine) => () => chooseWithinBudget(hidden, levels, picks, createRandom(1), engine);
}

/** BADGE's choice of `picks` rows from n. */
export function badgeChoice(n: number, columns: number, classes: number, picks: number): Choice {
  const [hidden, fine] = [hiddenUnits(n, columns), probabilities(n, classes)];
  return (engine) => () => kMeansPlusPlus(gradientEmbeddings(fine, hidden), picks, createRandom(1), engine);
}

async function contest(choice: Choice, rest: Omit<Contest, 'engine' | 'ours'>): Promise<BenchLine> {
  const engine = await createEngine();
  return compare({ ...rest, engine: engine.name, ours: choice(engine) });
}

const SIZE = '600 of 2 x 6,000 candidates of 768';

export const iso600 = async (): Promise<BenchLine> =>
  contest(isoChoice(6000, 768, 600), {
    name: 'iso-600',
    size: SIZE,
    repeats: 11,
    peer: await startPeer('iso.py', ['numpy']),
  });

/** Against distances computed anew at each pick; that takes minutes, so every 20th pick stands for 20, once. */
export const iso600Naive = async (): Promise<BenchLine> =>
  contest(isoChoice(6000, 768, 600), {
    name: 'iso-600-naive',
    size: SIZE,
    repeats: 5,
    peerRepeats: 1,
    peer: await startPeer('iso.py', ['torch', 'numpy'], ['naive']),
  });

export const badge600 = async (): Promise<BenchLine> =>
  contest(badgeChoice(6000, 768, 200, 600), {
    name: 'badge-600',
    size: '600 of 6,000 rows, 768 hidden units, 200 classes',
    repeats: 11,
    peer: await startPeer('badge.py', ['numpy']),
  });

const million = { name: 'pool-1m', peer: 'a pool has no peer of this size', warmUps: 0, repeats: 1 };

export const pool1mIso = (): Promise<BenchLine> =>
  contest(isoChoice(1_000_000, 256, 1000), { ...million, size: 'ISO, 1,000 of 2 x 1,000,000 candidates of 256' });

export const pool1mBadge = (): Promise<BenchLine> =>
  contest(badgeChoice(1_000_000, 256, 200, 1000), {
    ...million,
    size: 'BADGE, 1,000 of 1,000,000 rows, 256 hidden units, 200 classes',
  });
