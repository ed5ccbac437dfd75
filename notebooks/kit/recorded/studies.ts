import path from 'node:path';
import { AppendOnly, asLines } from '../../../lib/append-only';
import { loadDataset } from '../../../inputs/datasets/registry';
import type { RoundRecord } from '../../../lib/rounds/record';
import type { GridOptions } from '../../../lib/study/grid';
import { runGrid } from '../../../lib/study/grid';
import { profileNamed } from '../profiles';
import { runVariants, type Variant } from '../../../lib/study/variants';
import { ablations } from './ablations';
import { fitSeries, runFits, type FitRecord } from './fits';

/** One line of a recorded study: a round of a run, or a single fit. */
export type StudyLine = RoundRecord | FitRecord;

export type StudyOptions = Pick<GridOptions, 'workers' | 'signal' | 'onProgress' | 'out'> & {
  readonly seeds: readonly number[];
  /** The first rounds only; all unless given. */
  readonly rounds?: number;
};

/** A study whose lines are committed in notebooks/records, because they take too long for a notebook. */
export interface Study {
  readonly name: string;
  readonly what: string;
  /** Its lines lie in `out` as a grid keeps them, so that new strategies can be added to the recorded ones. */
  readonly grows?: true;
  run(options: StudyOptions): Promise<StudyLine[]>;
}

const { seeds, strategies, rounds: allRounds, ...full } = profileNamed('full');
const base = { dataset: 'typefaces', ...full };

const typefaceGroups = 16;

/** Changes of a rival that the method must stand, too: named after the strategy; features whitened as the network's are. */
const changes = {
  'nearest class mean': { learner: 'nearest-mean(whitening=0.2)' },
  'no free labels': { validation: 0 },
} as const;
const rivals = Object.entries(changes).flatMap(([change, setup]) =>
  ['random', 'margin', 'badge', 'typiclust'].map((strategy) => ({
    name: `${strategy}, ${change}`,
    strategy,
    ...setup,
  })),
);

/** Rounds of the ablations: the first of the main study's. */
export const ablationRounds = 4;
export const recordedSeeds: readonly number[] = seeds;

/** Of {@link Study} `beyond`: every rival gets the same learner, and the annotator's same answers where it asks for any. */
export const beyond = {
  dataset: 'typefaces',
  learner: 'student',
  question: 'both',
  rounds: 6,
  budget: 100,
  prices: { weak: 0.01 },
  strategies: ['weak-annotator-plus', 'badge', 'typiclust', 'weak-first', 'weak-first(first=weak)'],
  /** Where an answer is dear: these, at those prices. */
  dear: { strategies: ['weak-annotator-plus', 'weak-first(first=weak)'], prices: [0.05, 0.1] },
  /** With the true P(answer | class), at these prices: how far a better noise model could bring it. */
  ceiling: { noise: { model: 'oracle' }, prices: [0.01, 0.1] },
} as const;

/** Simulated annotators in place of the recorded one, by what they name: what weak-annotator-plus is called in `beyond-simulated`. */
export const simulated = {
  'any class (chance)': 'simulated(accuracy=0.01,names=classes)',
  'right half the time': 'simulated(accuracy=0.5,names=classes)',
} as const;

export const studies: readonly Study[] = [
  {
    name: 'typefaces',
    what: `the main study: every strategy at three prices, ${allRounds} rounds`,
    grows: true,
    run: ({ rounds = allRounds, ...options }) =>
      runGrid({ ...base, rounds, strategies, prices: { weak: [0.01, 0.05, 0.1] }, ...options }),
  },
  {
    name: 'ablations',
    what: `the method with one thing changed, ${ablationRounds} rounds (notebook 04)`,
    run: ({ rounds = ablationRounds, ...options }) =>
      runVariants(
        { ...base, rounds, stopAtChance: false, ...options },
        Object.values(ablations(typefaceGroups)).flat(),
      ),
  },
  {
    name: 'beyond',
    what: `weak-annotator-plus and its rivals on the same learner, no label for free, ${beyond.rounds} rounds (notebook 07)`,
    run: (options) =>
      runBeyond(options, [
        ...named(beyond.strategies, {}),
        ...beyond.dear.prices.flatMap((weak) => named(beyond.dear.strategies, { prices: { weak } })),
      ]),
  },
  {
    name: 'beyond-simulated',
    what: `weak-annotator-plus with simulated annotators, ${beyond.rounds} rounds (notebook 07)`,
    run: (options) =>
      runBeyond(
        options,
        Object.entries(simulated).map(([name, annotator]) => ({ name, strategy: beyond.strategies[0], annotator })),
      ),
  },
  {
    name: 'beyond-ceiling',
    what: `weak-annotator-plus with the true tables of answers by class, ${beyond.rounds} rounds (notebook 07)`,
    run: (options) =>
      runBeyond(
        options,
        beyond.ceiling.prices.flatMap((weak) =>
          named(beyond.strategies.slice(0, 1), { noise: beyond.ceiling.noise, prices: { weak } }),
        ),
      ),
  },
  {
    name: 'rivals',
    what: `the main study's rivals on the nearest class mean, and without free labels, ${allRounds} rounds`,
    run: ({ rounds = allRounds, ...options }) => runVariants({ ...base, rounds, ...options }, rivals),
  },
  { name: 'noise', what: 'single fits: what the correction is worth (notebook 02)', run: runNoise },
];

const named = (strategies: readonly string[], change: Partial<Variant>): Variant[] =>
  strategies.map((strategy) => ({ name: strategy, strategy, ...change }));

function runBeyond({ rounds = beyond.rounds, ...options }: StudyOptions, variants: readonly Variant[]) {
  const { dataset, learner, question, budget, prices } = beyond;
  return runVariants({ dataset, learner, question, budget, prices, rounds, ...options }, variants);
}

/** The fits of {@link fitSeries}; with `out`, each is kept in fits.jsonl there as soon as it is finished. */
async function runNoise({ seeds, out, onProgress, signal }: StudyOptions): Promise<FitRecord[]> {
  const known: FitRecord[] = [];
  const read = asLines((lines) => known.push(...lines.map((line) => JSON.parse(line) as FitRecord)));
  const log = out === undefined ? undefined : AppendOnly.open(path.join(out, 'fits.jsonl'), read, console.error);
  const total = seeds.length * fitSeries.reduce((sum, { xs }) => sum + xs.length, 0);
  const start = performance.now();
  let done = known.filter(({ seed }) => seeds.includes(seed)).length;
  try {
    return await runFits(await loadDataset('typefaces'), seeds, {
      known,
      onRecord: (record) => {
        log?.appendSync(`${JSON.stringify(record)}\n`);
        onProgress?.({ done: ++done, total, elapsedMs: performance.now() - start });
        signal?.throwIfAborted();
      },
    });
  } finally {
    log?.closeSync();
  }
}
