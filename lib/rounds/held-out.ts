import { matrix, row, takeRows, type Matrix } from '../engine/matrix';
import { check } from '../errors';
import type { FittedModel, Learner, LearningTask } from '../model/learner';
import type { Material } from './material';

/** Labelled images, their labels, and what models that have not seen these say of them. */
export interface HeldOut {
  /** [n] numbers in the data set's pool, ascending */ readonly images: Int32Array;
  /** [n] */ readonly labels: Int32Array;
  /** [n, K] */ readonly fine: Matrix;
}

/**
 * Cross-validation: the learner is fitted once for each part of the labels, without that part, and asked about it, unless it
 * has a quicker way. The annotator's answers stay, as they do for an image without a label.
 * @throws InputError for fewer labels, or parts, than two.
 */
export async function crossValidate(
  learner: Learner,
  task: LearningTask,
  { inputs, images }: Material,
  folds: number,
  progress?: (done: number) => void,
): Promise<HeldOut> {
  check(
    Number.isSafeInteger(folds) && folds > 1,
    `Unexpected folds: ${folds}; expected a whole number of parts, 2 or more`,
  );
  const { rows, labels } = task.full;
  check(rows.length > 1, `${rows.length} labels cannot be cross-validated; tell at least two`);
  const parts = Math.min(folds, rows.length);
  const found = (fine: Matrix): HeldOut => ({ images: rows.map((at) => images[at]!), labels, fine });
  if (learner.heldOut) return found(await learner.heldOut(task, parts));
  const order = task.random.stream('parts').permutation(rows.length);
  const fine = matrix(rows.length, task.hierarchy.fine.length);
  for (let part = 0; part < parts; part++) {
    const held = order.filter((_, i) => i % parts === part);
    const others = order.filter((_, i) => i % parts !== part).sort();
    const full = { rows: others.map((i) => rows[i]!), labels: others.map((i) => labels[i]!) };
    const model = await learner.fit({ ...task, full, random: task.random.stream('part', part) });
    const said = await posteriorOf(
      model,
      inputs.pool,
      Array.from(held, (i) => rows[i]!),
    );
    held.forEach((i, at) => row(fine, i).set(row(said, at)));
    model.dispose();
    progress?.((part + 1) / parts);
  }
  return found(fine);
}

/** Fine probabilities [rows, K] by all that the model knows of pool rows, else by their inputs. */
export async function posteriorOf(model: FittedModel, pool: Matrix, rows: ArrayLike<number>): Promise<Matrix> {
  return model.posterior ? takeRows(model.posterior, rows) : (await model.predict(takeRows(pool, rows))).fine;
}
