import { closedImprovement, paperImprovement, type ImprovementTask } from '../../lib/rounds/improvement/options';
import { estimateImprovement } from '../../lib/rounds/improvement/estimators';
import { compare, type BenchLine } from './compare';
import { visitStates } from './improvement-states';
import type { Peer } from './peer';

/** Expected improvement in closed form against the paper's recipe, in the third round of a run on the embedded data. */
export async function improvementBench(): Promise<BenchLine> {
  let found: ImprovementTask | undefined;
  await visitStates({ budget: 100, weakPrice: 0.05, seed: 0, rounds: 3 }, ({ task }) => {
    found = task;
    return Promise.resolve();
  });
  const task = found!;
  const { full, weak } = task.task;
  const recipe: Peer = {
    name: "the paper's recipe, 27 trainings on the same engine",
    async run() {
      const started = performance.now();
      await estimateImprovement({ ...task, options: paperImprovement });
      return performance.now() - started;
    },
    stop: () => undefined,
  };
  return compare({
    name: 'expected-improvement',
    size: `class means, ${full.rows.length} full and ${weak.rows.length} weak labels`,
    engine: task.task.engine.name,
    ours: () => estimateImprovement({ ...task, options: closedImprovement }),
    peer: recipe,
    repeats: 5,
    peerRepeats: 1,
  });
}
