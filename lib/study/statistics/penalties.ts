import { check } from '../../errors';
import { pairedT } from './paired-t';

/**
 * The pairwise penalty matrix of BADGE for one setting: entry [i][j] is the share of budgets at which strategy i beats
 * strategy j, by a two-sided paired t-test over the seeds at level `alpha` (0.05; for the paper's five seeds |t| > 2.776).
 * Low columns are good. Differences that are all equal count as a win unless they are 0; one seed decides nothing.
 * `accuracies[strategy][budget][seed]`. Several settings (data sets, prices): add the matrices.
 * @throws InputError for strategies with other budgets or seeds than the first.
 * Source: Ash et al., ICLR 2020, section 4.
 */
export function penaltyMatrixOf(accuracies: readonly (readonly (readonly number[])[])[], alpha = 0.05): number[][] {
  const budgets = accuracies[0]?.length ?? 0;
  const seeds = accuracies[0]?.[0]?.length ?? 0;
  check(
    accuracies.every((curve) => curve.length === budgets && curve.every((values) => values.length === seeds)),
    `A penalty matrix needs every strategy at the same ${budgets} budgets with the same ${seeds} seeds`,
  );
  return accuracies.map((a) =>
    accuracies.map((b) => a.filter((values, at) => beats(values, b[at]!, alpha)).length / Math.max(1, budgets)),
  );
}

function beats(a: readonly number[], b: readonly number[], alpha: number): boolean {
  const differences = a.map((value, seed) => value - b[seed]!);
  const { mean, p } = pairedT(differences);
  return mean > 0 && p < alpha;
}
