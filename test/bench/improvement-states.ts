import { loadDataset } from '../../inputs/datasets/registry';
import { experiment } from '../../lib/rounds/experiment';
import { estimators } from '../../lib/rounds/improvement/estimators';
import type { ImprovementTask } from '../../lib/rounds/improvement/options';
import { features } from '../../inputs/features/store';
import { instanceWise } from '../../lib/strategies/instance-wise';
import type { Improvement, Level } from '../../lib/strategies/strategy';

/** A run of weak-annotator on the embedded data. */
export interface StateRun {
  readonly budget: number;
  readonly weakPrice: number;
  readonly seed: number;
  readonly rounds: number;
}

/** Where such a run stands before it chooses. */
export interface State {
  readonly round: number;
  readonly task: ImprovementTask;
  /** How many labels of each level would be bought if the expected improvement were this. */
  purchases(improvement: Improvement): Promise<Record<Level, number>>;
}

/** Runs weak-annotator by class means, and visits the states before its choices: `rounds` - 1 of them. */
export async function visitStates(run: StateRun, visit: (state: State) => Promise<void>): Promise<void> {
  const data = await loadDataset('typefaces');
  const { budget, weakPrice, seed, rounds } = run;
  let task: ImprovementTask | undefined;
  let round = 0;
  const rounded = experiment({
    data,
    features: await features(data),
    budget,
    seed,
    rounds,
    prices: { weak: weakPrice },
    validation: 5,
    improvement: {
      estimator: (given) => {
        task = given;
        return estimators['class-means']({ ...given, options: { ...given.options, measure: 'probability' } });
      },
    },
    strategy: {
      name: 'weak-annotator',
      weakLabels: 'annotator',
      buys: ['full', 'weak'],
      async query(context) {
        const improvement = await context.improvement();
        const choose = (value: Improvement) =>
          instanceWise(
            { ...context, random: context.random.stream('choice'), improvement: () => Promise.resolve(value) },
            { uncertainty: 'margin' },
          );
        await visit({
          round: ++round,
          task: task!,
          async purchases(value) {
            const { purchases } = await choose(value);
            const weak = purchases.filter(({ level }) => level === 'weak').length;
            return { full: purchases.length - weak, weak };
          },
        });
        return choose(improvement);
      },
    },
  });
  for await (const record of rounded) if (record.round === rounds - 1) return;
}
