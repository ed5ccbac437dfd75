import { mean } from '../../numbers';
import type { RoundRecord } from '../../rounds/record';
import { compareWithControls, compareWithRivals } from './comparison';
import { accuracyAtBudget, budgetToReach, type LearningCurve } from './curve';
import { checkOneWeakPrice, penaltiesOf, rankingOf } from './of-records';
import { runsOf } from './runs';

/** A line of a table: values by the names of their columns. */
export type TableRow = Readonly<Record<string, string | number | boolean>>;

/**
 * `method` against every rival, or against every control: area gained in points, its 95 % interval, seeds won, the
 * paired t-test's p, and p after Holm's correction over the lines of this table; most beaten first.
 * @example
 * comparisonRows(records, 'weak-annotator', 'controls');
 */
export function comparisonRows(
  records: readonly RoundRecord[],
  method: string,
  rivals: 'strategies' | 'controls' = 'strategies',
): TableRow[] {
  const compare = rivals === 'controls' ? compareWithControls : compareWithRivals;
  return compare(records, method).map(({ against, mean, interval, wins, seeds, p, holm }) => ({
    against,
    'area gained (points)': mean,
    low: interval.low,
    high: interval.high,
    'seeds won': wins,
    seeds,
    p,
    'p (Holm)': holm,
  }));
}

/** Row beats column: share of budgets, as {@link penaltiesOf} has it; the last line is the columns' means, low is good. */
export function penaltyRows(records: readonly RoundRecord[]): TableRow[] {
  const { strategies, penalties } = penaltiesOf(records);
  const others = Math.max(1, strategies.length - 1);
  const means = strategies.map((_, j) => penalties.reduce((sum, row) => sum + row[j]!, 0) / others);
  const line = (strategy: string, values: readonly number[]) => ({
    strategy,
    ...Object.fromEntries(strategies.map((name, j) => [name, values[j]!])),
  });
  return [...strategies.map((name, i) => line(name, penalties[i]!)), line('mean penalty', means)];
}

/** Mean ranks by area under the curve, best first, and whether the best differs clearly from each by Nemenyi's test. */
export function rankingRows(records: readonly RoundRecord[]): TableRow[] {
  const { strategies, ranks, criticalDifference, p } = rankingOf(records);
  return strategies.map((strategy, i) => ({
    strategy,
    'mean rank': ranks[i]!,
    'behind the best': ranks[i]! - ranks[0]!,
    'clearly behind': ranks[i]! - ranks[0]! > criticalDifference,
    'critical difference': criticalDifference,
    'p (Friedman)': p,
  }));
}

/**
 * One line a strategy: mean fine accuracy (percent) at each of `budgets`, mean budget to reach each of `accuracies`
 * (percent) over the seeds that do, and how many do.
 */
export function budgetRows(
  records: readonly RoundRecord[],
  { budgets = [], accuracies = [] }: { budgets?: readonly number[]; accuracies?: readonly number[] },
): TableRow[] {
  checkOneWeakPrice(records);
  const curves = new Map<string, LearningCurve[]>();
  for (const { strategy, records: rounds } of runsOf(records)) {
    const curve = {
      budget: rounds.map(({ budget }) => budget),
      accuracy: rounds.map(({ fineAccuracy }) => 100 * fineAccuracy),
    };
    curves.set(strategy, [...(curves.get(strategy) ?? []), curve]);
  }
  return [...curves].map(([strategy, own]) => {
    const line: Record<string, string | number> = { strategy };
    for (const budget of budgets)
      line[`accuracy at ${budget} (%)`] = mean(own.flatMap((curve) => accuracyAtBudget(curve, budget) ?? []));
    for (const target of accuracies) {
      const reached = own.flatMap((curve) => budgetToReach(curve, target) ?? []);
      line[`budget to reach ${target} %`] = mean(reached);
      line[`seeds that reach ${target} %`] = reached.length;
    }
    return line;
  });
}
