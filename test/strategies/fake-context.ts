import { matrix, takeRows, type Matrix } from '../../lib/engine/matrix';
import { LabelledPool } from '../../lib/rounds/labelled-pool';
import { Ledger } from '../../lib/rounds/ledger';
import type { Prediction } from '../../lib/model/network';
import { createRandom, type Random } from '../../lib/random';
import { lateEngine } from './late-engine';
import type { Counts, Improvement, QueryContext } from '../../lib/strategies/strategy';

export interface FakePool {
  readonly size: number;
  readonly seed?: number;
  readonly budget?: number;
  readonly costs?: { full: number; weak: number };
  /** Rows labelled beforehand. */
  readonly full?: readonly number[];
  readonly weak?: readonly number[];
  readonly classes?: number;
  readonly improvement?: Improvement;
  readonly matched?: Counts;
  /** Changes what the network says, e.g. to NaN. */
  readonly spoil?: (prediction: Prediction) => Prediction;
}

export interface Fake {
  readonly context: QueryContext;
  readonly pool: LabelledPool;
  readonly ledger: Ledger;
  readonly prediction: Prediction;
  /** Units that each round adds to the purse. */
  readonly allowance: number;
}

/** A query's context with random predictions of a network that does not exist; the pool and the ledger are real. */
export function fakeContext({ size, seed = 0, budget = 10, costs = { full: 1, weak: 0.1 }, ...rest }: FakePool): Fake {
  const {
    full = [],
    weak = [],
    classes = 6,
    improvement = { full: 2, weak: 1 },
    matched = { full: 8, weak: 20 },
    spoil = (p) => p,
  } = rest;
  const pool = new LabelledPool(size);
  full.forEach((row) => pool.addFull(row, row % classes));
  weak.forEach((row) => pool.addWeak(row, row % 2));
  const ledger = new Ledger(costs, budget);
  ledger.openRound();
  const allowance = ledger.left;
  const random = createRandom(seed);
  const whole = spoil(fakePrediction(size, classes, random.stream('network')));
  const members = (count: number): Matrix[] =>
    Array.from({ length: count }, (_, i) => spoil(fakePrediction(size, classes, random.stream('member', i))).fine);
  const context: QueryContext = {
    round: 1,
    step: 0,
    imageOf: (index) => ({ index }),
    pool,
    classes,
    purse: ledger,
    random: random.stream('query'),
    engine: lateEngine,
    predict: async (rows) => ({
      hidden: takeRows(whole.hidden, rows),
      fine: takeRows(whole.fine, rows),
      coarse: takeRows(whole.coarse, rows),
    }),
    hidden: async (rows) => takeRows(whole.hidden, rows),
    posterior: async (rows) => takeRows(whole.fine, rows),
    information: async (rows) => Float64Array.from(rows, (row) => (row % 7) / 3),
    features: (rows) => takeRows(whole.hidden, rows),
    members: async (rows, _, count) => members(count).map((member) => takeRows(member, rows)),
    improvement: async () => improvement,
    matched,
  };
  return { context, pool, ledger, prediction: whole, allowance };
}

function fakePrediction(size: number, classes: number, random: Random): Prediction {
  const hidden = matrix(size, 5);
  for (let i = 0; i < hidden.data.length; i++) hidden.data[i] = Math.max(0, random.normal() + 0.3);
  return {
    hidden,
    fine: probabilities(size, classes, random),
    coarse: probabilities(size, Math.max(1, classes >> 1), random),
  };
}

function probabilities(rows: number, columns: number, random: Random): Matrix {
  const p = matrix(rows, columns);
  for (let i = 0; i < rows; i++) {
    const weights = Array.from({ length: columns }, () => Math.exp(2 * random.normal()));
    const total = weights.reduce((sum, w) => sum + w, 0);
    weights.forEach((w, j) => (p.data[i * columns + j] = w / total));
  }
  return p;
}
