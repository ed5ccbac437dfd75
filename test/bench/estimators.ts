import { expectedImprovement } from '../../lib/rounds/improvement/expected-improvement';
import { estimateImprovement } from '../../lib/rounds/improvement/estimators';
import {
  closedImprovement,
  paperImprovement,
  type ImprovementOptions,
  type ImprovementTask,
} from '../../lib/rounds/improvement/options';
import { accuracy, meanTrueProbability } from '../../lib/model/trainer';
import { percentileRanks } from '../../lib/strategies/uncertainty';
import type { Improvement, Level } from '../../lib/strategies/strategy';
import { visitStates, type StateRun } from './improvement-states';

/** What every estimator says in one state of one run. */
export interface EstimatorLine {
  readonly name: 'estimators';
  readonly budget: number;
  readonly weakPrice: number;
  readonly seed: number;
  readonly round: number;
  /** Labels of either level there. */
  readonly labels: Record<Level, number>;
  /** By estimator: M_f / M_w, what it makes the run buy, and its time (of a recipe by probability: its twin's). */
  readonly estimates: Record<string, { ratio: number; buys: Record<Level, number>; ms: number }>;
}

/** Twenty states: five runs of five rounds, at budgets and prices that lead to few weak labels and to many. */
export const runs: readonly StateRun[] = [
  { budget: 50, weakPrice: 0.05, seed: 0, rounds: 5 },
  { budget: 100, weakPrice: 0.1, seed: 1, rounds: 5 },
  { budget: 100, weakPrice: 0.01, seed: 2, rounds: 5 },
  { budget: 200, weakPrice: 0.05, seed: 3, rounds: 5 },
  { budget: 200, weakPrice: 0.01, seed: 4, rounds: 5 },
];

/** By weights 0 and 1 the ratio's ends are reached: one level is worthless. */
const ratio = ({ full, weak }: Improvement): number => (weak === 0 ? Infinity : full / weak);

/** One line a state of a run; the paper's recipe is followed twice, with other draws and initial weights. */
export async function estimatorLines(run: StateRun, only?: number): Promise<EstimatorLine[]> {
  const lines: EstimatorLine[] = [];
  await visitStates(run, async ({ round, task, purchases }) => {
    if (only !== undefined && round !== only) return;
    const measured: [string, Improvement, number][] = [];
    for (const name of ['recipe', 'again']) {
      const { accuracy, probability, ms } = await recipe({ ...task, random: task.random.stream(name) });
      measured.push([name, accuracy, ms], [`${name} by probability`, probability, ms]);
    }
    for (const [name, options] of Object.entries(cheap)) {
      const started = performance.now();
      measured.push([name, await estimateImprovement({ ...task, options }), performance.now() - started]);
    }
    const estimates: EstimatorLine['estimates'] = {};
    for (const [name, value, ms] of measured)
      estimates[name] = { ratio: ratio(value), buys: await purchases(value), ms: Math.round(ms) };
    const labels = { full: task.task.full.rows.length, weak: task.task.weak.rows.length };
    const { budget, weakPrice, seed } = run;
    lines.push({ name: 'estimators', budget, weakPrice, seed, round, labels, estimates });
  });
  return lines;
}

const cheap: Record<string, ImprovementOptions> = {
  'class means': closedImprovement,
  'class means, 3 trials': { ...closedImprovement, trials: 3 },
  'class means by accuracy': { ...closedImprovement, measure: 'accuracy' },
};

/** The paper's recipe by both measures, from the same trainings. */
async function recipe({ task, learner, random }: ImprovementTask) {
  const { full, weak } = task;
  const validation = task.validation!;
  const started = performance.now();
  const probabilities: number[] = [];
  const byAccuracy = await expectedImprovement(
    () => ({ full, weak }),
    async (part, draw) => {
      const model = await learner.fit({ ...task, ...part, coarseHead: 'weak', random: draw });
      const { fine } = await model.predict(validation.features);
      probabilities.push(meanTrueProbability(fine, validation.fine));
      model.dispose();
      return accuracy(fine, validation.fine);
    },
    paperImprovement,
    random,
  );
  const ms = performance.now() - started;
  const probability = await expectedImprovement(
    () => ({ full, weak }),
    () => Promise.resolve(probabilities.shift()!),
    paperImprovement,
    random,
  );
  return { accuracy: byAccuracy, probability, ms };
}

/** Prints Spearman's rank agreement of M_f / M_w between all estimators, what they buy and what they cost. */
export function printAgreement(lines: readonly EstimatorLine[]): void {
  const names = Object.keys(lines[0]!.estimates);
  const column = (name: string): Float64Array => Float64Array.from(lines, ({ estimates }) => estimates[name]!.ratio);
  console.log(`\nRank agreement of M_f / M_w over ${lines.length} states`);
  names.forEach((name, i) => {
    const cells = names.map((other) => spearman(column(name), column(other)).toFixed(2).padStart(6));
    console.log(`${String(i + 1).padStart(2)} ${name.padEnd(26)}${cells.join('')}`);
  });
  console.log(
    '\nLabels bought a state, full + weak; mean |difference in weak labels| from the recipe; ms, and its share of it',
  );
  for (const name of names) {
    const over = (value: (line: EstimatorLine) => number): number =>
      lines.reduce((sum, line) => sum + value(line), 0) / lines.length;
    const off = over(({ estimates }) => Math.abs(estimates[name]!.buys.weak - estimates.recipe!.buys.weak));
    const [ms, all] = [over(({ estimates }) => estimates[name]!.ms), over(({ estimates }) => estimates.recipe!.ms)];
    const buys = (['full', 'weak'] as const).map((level) => over(({ estimates }) => estimates[name]!.buys[level]));
    console.log(
      `${name.padEnd(26)}${buys.map((n) => n.toFixed(0).padStart(7)).join(' +')}${off.toFixed(0).padStart(8)}` +
        `${ms.toFixed(0).padStart(9)}${(ms / all).toFixed(3).padStart(8)}`,
    );
  }
}

/** Pearson's correlation of the ranks; equal values share theirs. */
export function spearman(a: Float64Array, b: Float64Array): number {
  const [x, y] = [centred(percentileRanks(a)), centred(percentileRanks(b))];
  const dot = (u: Float64Array, v: Float64Array): number => u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}
