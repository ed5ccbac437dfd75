import { check } from '../errors';
import { strategies } from '../strategies/registry';
import { paperImprovement } from './expected-improvement';
import type { GridSetup } from './grid';

/** How much of a study to run. */
export type Profile = Pick<GridSetup, 'strategies' | 'seeds' | 'rounds' | 'budget' | 'improvement'>;

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** `quick`: minutes on a laptop; expected improvement from fewer and shorter trainings. `full`: as the paper has it. */
export const profiles = {
  quick: {
    strategies: ['random', 'margin', 'badge', 'isoal', 'weak-annotator'],
    seeds: range(3),
    rounds: 5,
    budget: 100,
    improvement: { trials: 1, fractions: 3, steps: 150 },
  },
  full: {
    strategies: strategies.map(({ name }) => name),
    seeds: range(10),
    rounds: 6,
    budget: 100,
    improvement: paperImprovement,
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

/** What a caption says of how expected improvement was estimated. */
export function improvementNote({ improvement }: Profile): string {
  const { trials, fractions, steps, measure } = { ...paperImprovement, ...improvement };
  const trainings = trials * (2 * fractions - 1);
  const length = steps ? ` of ${steps} steps` : '';
  return `expected improvement of ${measure} from ${trainings} trainings a round${length} (the paper: 30)`;
}
