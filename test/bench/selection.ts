import { createRandom } from '../../lib/random';
import { kMeansPlusPlus } from '../../lib/strategies/sampling/k-means-plus-plus';
import { gradientEmbeddings } from '../../lib/strategies/sampling/points';
import { chooseWithinBudget } from '../../lib/strategies/sampling/within-budget';
import { compare, type BenchLine } from './compare';
import { startPeer } from './peer';
import { hiddenUnits, probabilities, uniforms } from './random-data';

const ENGINE = 'wasm SIMD, 1 thread';

/** A run of ISO's choice of `picks` labels from n rows with two levels each. */
export function isoChoice(n: number, columns: number, picks: number): () => unknown {
  const hidden = hiddenUnits(n, columns);
  const levels = [1, 0.5].map((scale) => ({ price: 1, values: uniforms(n, scale) }));
  return () => chooseWithinBudget(hidden, levels, picks, createRandom(1));
}

/** A run of BADGE's choice of `picks` rows from n. */
export function badgeChoice(n: number, columns: number, classes: number, picks: number): () => unknown {
  const [hidden, fine] = [hiddenUnits(n, columns), probabilities(n, classes)];
  return () => kMeansPlusPlus(gradientEmbeddings(fine, hidden), picks, createRandom(1));
}

export const iso600 = async (): Promise<BenchLine> =>
  compare({
    name: 'iso-600',
    size: '600 of 2 x 6,000 candidates of 768',
    engine: ENGINE,
    ours: isoChoice(6000, 768, 600),
    peer: await startPeer('iso.py', ['numpy']),
    repeats: 11,
  });

/** Against distances computed anew at each pick; that takes most of a minute, so it runs once. */
export const iso600Naive = async (): Promise<BenchLine> =>
  compare({
    name: 'iso-600-naive',
    size: '600 of 2 x 6,000 candidates of 768',
    engine: ENGINE,
    ours: isoChoice(6000, 768, 600),
    peer: await startPeer('iso.py', ['torch', 'numpy'], ['naive']),
    repeats: 5,
    peerRepeats: 1,
  });

export const badge600 = async (): Promise<BenchLine> =>
  compare({
    name: 'badge-600',
    size: '600 of 6,000 rows, 768 hidden units, 200 classes',
    engine: ENGINE,
    ours: badgeChoice(6000, 768, 200, 600),
    peer: await startPeer('badge.py', ['numpy']),
    repeats: 11,
  });

const POOL = 'a pool has no peer of this size';

export const pool1mIso = async (): Promise<BenchLine> =>
  compare({
    name: 'pool-1m',
    size: 'ISO, 1,000 of 2 x 1,000,000 candidates of 256',
    engine: ENGINE,
    ours: isoChoice(1_000_000, 256, 1000),
    peer: POOL,
    warmUps: 0,
    repeats: 1,
  });

export const pool1mBadge = async (): Promise<BenchLine> =>
  compare({
    name: 'pool-1m',
    size: 'BADGE, 1,000 of 1,000,000 rows, 256 hidden units, 200 classes',
    engine: ENGINE,
    ours: badgeChoice(1_000_000, 256, 200, 1000),
    peer: POOL,
    warmUps: 0,
    repeats: 1,
  });
