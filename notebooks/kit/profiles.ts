import type { Dataset } from '../../lib/data/dataset';
import { check } from '../../lib/errors';
import { strategies } from '../../lib/strategies/registry';
import { weakAnnotatorPlus } from '../../lib/strategies/weak-annotator-plus';
import { closedImprovement } from '../../lib/rounds/improvement/options';
import type { GridSetup } from '../../lib/study/grid';
import { completeImprovement } from '../../lib/rounds/setup';

/** How much of a study to run. */
export type Profile = Pick<GridSetup, 'rounds' | 'budget' | 'improvement' | 'validation'> & {
  readonly strategies: readonly string[];
  readonly seeds: readonly number[];
};

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/**
 * `quick`: minutes on a laptop. `full`: every strategy on the network, ten seeds; `weak-annotator-plus`, which brings another
 * learner and takes no label for free, is studied apart. Both estimate expected improvement in closed
 * form, and set 5 labelled images of each class aside to judge by, free for every strategy, as ISOAL does; the paper's recipe is `improvement: paperImprovement` and takes more than twenty times as long.
 */
export const profiles = {
  quick: {
    strategies: ['random', 'margin', 'badge', 'isoal', 'weak-annotator'],
    seeds: range(3),
    rounds: 5,
    budget: 100,
    improvement: closedImprovement,
    validation: 5,
  },
  full: {
    strategies: strategies.map(({ name }) => name).filter((name) => name !== weakAnnotatorPlus.name),
    seeds: range(10),
    rounds: 6,
    budget: 100,
    improvement: closedImprovement,
    validation: 5,
  },
} satisfies Record<string, Profile>;

/** @throws InputError naming the known profiles. */
export function profileNamed(name: string): Profile {
  check(
    Object.hasOwn(profiles, name),
    `Unknown profile: "${name}"; expected one of ${Object.keys(profiles).join(', ')}`,
  );
  return profiles[name as keyof typeof profiles];
}

/**
 * Rounds and a round's budget for data of any size: one label a class a round, five rounds, but never more than half of
 * the pool, since a strategy must have something to choose from.
 */
export function sizedFor({ pool, hierarchy }: Dataset): Pick<Profile, 'rounds' | 'budget' | 'validation'> {
  const rounds = 5;
  const perClass = pool.fine.length / hierarchy.fine.length;
  const budget = Math.max(2, Math.min(hierarchy.fine.length, Math.floor(pool.fine.length / 2 / rounds)));
  return { rounds, budget, validation: perClass >= 20 ? 5 : 0 };
}

/** What a caption says of how expected improvement was estimated, and of labels that were free. */
export function improvementNote({ improvement, validation }: Pick<Profile, 'improvement' | 'validation'>): string {
  return `${estimateInWords(improvement)} · ${freeLabelsNote({ validation })}`;
}

/** What a caption says of labels that were free. */
export function freeLabelsNote({
  validation = 0,
}: {
  readonly validation?: Profile['validation'] | undefined;
}): string {
  if (validation === 0) return 'no label is free';
  const labels = typeof validation === 'number' ? `${validation} labels of each class` : `${validation.length} labels`;
  return `${labels} are free for validation`;
}

function estimateInWords(improvement: Profile['improvement']): string {
  const { estimator, trials, fractions, steps, measure } = completeImprovement(improvement);
  if (typeof estimator === 'function') return `expected improvement of ${measure} by an estimator of the caller's`;
  if (estimator === 'class-means')
    return `expected improvement of ${measure} in closed form, by class means (the paper: 27 trainings a round)`;
  const length = steps ? ` of ${steps} steps` : '';
  return `expected improvement of ${measure} from ${trials * (2 * fractions - 1)} trainings a round${length} (the paper: 27)`;
}
