import { check } from '../errors';
import { badge } from './badge';
import { isoal } from './isoal';
import { entropy, leastConfidence, margin } from './most-uncertain';
import { random } from './random';
import type { Level, Strategy } from './strategy';
import { weakAnnotator } from './weak-annotator';

/** A strategy as lists show it. */
export interface StrategyEntry {
  readonly name: string;
  /** One line. */
  readonly description: string;
  /** Paper, section. */
  readonly source: string;
  readonly buys: readonly Level[];
  readonly create: () => Strategy;
}

const full: readonly Level[] = ['full'];
const both: readonly Level[] = ['full', 'weak'];

/** Every strategy that can be named on the command line, baselines first. */
export const strategies: readonly StrategyEntry[] = [
  { name: 'random', description: 'uniform draw', source: 'baseline', buys: full, create: random },
  {
    name: 'entropy',
    description: 'largest entropy of the fine prediction',
    source: 'Settles 2009, section 3.1',
    buys: full,
    create: entropy,
  },
  {
    name: 'margin',
    description: 'smallest gap between the two likeliest fine classes',
    source: 'Scheffer et al. 2001',
    buys: full,
    create: margin,
  },
  {
    name: 'least-confidence',
    description: 'smallest probability of the predicted fine class',
    source: 'Lewis and Gale 1994',
    buys: full,
    create: leastConfidence,
  },
  {
    name: 'badge',
    description: 'k-means++ over the gradients of the last layer',
    source: 'Ash et al., ICLR 2020, algorithm 1',
    buys: full,
    create: badge,
  },
  {
    name: 'isoal',
    description: 'per image a full or a weak label by value per cost; weak labels from a human',
    source: 'ISOAL, CVPR 2025, arXiv 2503.06517',
    buys: both,
    create: isoal,
  },
  {
    name: 'weak-annotator',
    description: 'the same choice, with weak labels from a VLM whose errors are modelled',
    source: 'arXiv 2605.00480',
    buys: both,
    create: weakAnnotator,
  },
];

/** @throws InputError naming the known strategies. */
export function strategyEntry(name: string): StrategyEntry {
  const entry = strategies.find((known) => known.name === name);
  check(entry, `Unknown strategy: "${name}"; expected one of ${strategies.map((known) => known.name).join(', ')}`);
  return entry;
}
