import { matrix, row, type Matrix } from '../engine/matrix';
import type { Random } from '../random';
import type { FittedModel, Learner, LearningTask } from './learner';
import { teachersOf } from './mixture/teachers';
import { sumByGroup } from './sum-by-group';
import { noLabels, type LabelledRows } from './training-set';

/** Unlabelled images are learnt from this often, their classes drawn anew from what the teacher knows of them, but */
const DRAWS = 8;
/** in all no more often than a training with the usual settings looks at. */
const LOOKS = 40_000;

/**
 * A network that learns what a teacher knows of every pool image, answers and labels included, and judges with it: the
 * probabilities are the geometric mean of both. The teacher, which needs few labels, has one shape of classes; the network has none
 * (distillation: Hinton et al. 2015, arXiv 1503.02531, with the labels of self-training). It is trained when it is first asked.
 */
export const student = (teacher: Learner, network: Learner): Learner => ({
  name: 'student',
  version: 3, // raised when the same task gives another student, by its teacher too
  onlyFine: true,
  async fit(task) {
    const taught = await teacher.fit(task);
    let learning: Promise<FittedModel> | undefined;
    return {
      ...taught,
      async predict(features) {
        learning ??= network.fit(lesson(task, taught.posterior!));
        const learnt = await learning; // first: if it fails, here
        const [ours, theirs] = [await taught.predict(features), await learnt.predict(features)];
        const fine = geometricMean(ours.fine, theirs.fine);
        return { ...ours, fine, coarse: sumByGroup(fine, task.hierarchy.groupOf, task.hierarchy.coarse.length) };
      },
      dispose: () => {
        taught.dispose();
        void learning?.then(
          (model) => model.dispose(),
          () => undefined, // predict has told it
        );
      },
    };
  },
});

/** The task with drawn classes as its labels; labelled images count an eighth of what all unlabelled ones do, if that is more. */
function lesson(task: LearningTask, posterior: Matrix): LearningTask {
  const random = task.random.stream('student');
  const labelled = new Set(task.full.rows);
  const answered = new Set(task.answers?.rows);
  const unlabelled = teachersOf(
    posterior.rows,
    LOOKS,
    (i) => labelled.has(i),
    (i) => answered.has(i),
    random,
  );
  const often = Math.max(1, Math.min(DRAWS, Math.floor(LOOKS / unlabelled.length)));
  const labelledOften = Math.max(DRAWS, Math.round((often * unlabelled.length) / DRAWS / labelled.size));
  const [rows, labels]: [number[], number[]] = [[], []];
  const learnFrom = (images: Iterable<number>, times: number): void => {
    for (const i of images)
      for (const label of draws(row(posterior, i), times, random)) {
        rows.push(i);
        labels.push(label);
      }
  };
  learnFrom(labelled, labelledOften);
  learnFrom(unlabelled, often);
  const full: LabelledRows = { rows: Int32Array.from(rows), labels: Int32Array.from(labels) };
  return { ...task, full, weak: noLabels, coarseHead: 'none', random };
}

/** `count` classes, each as often as its probability says, to the next whole number: systematic sampling. */
function* draws(p: ArrayLike<number>, count: number, random: Random): Generator<number> {
  let [k, sum] = [0, p[0]!];
  const first = random.uniform();
  for (let j = 0; j < count; j++) {
    while (sum < (first + j) / count && k < p.length - 1) sum += p[++k]!;
    yield k;
  }
}

/** Rows proportional to sqrt(p q). */
function geometricMean(p: Matrix, q: Matrix): Matrix {
  const mean = matrix(p.rows, p.columns);
  for (let i = 0; i < p.rows; i++) {
    const [a, b, out] = [row(p, i), row(q, i), row(mean, i)];
    let sum = 0;
    for (let k = 0; k < out.length; k++) sum += out[k] = Math.sqrt(a[k]! * b[k]!);
    // each certain of a class that the other excludes: half and half
    for (let k = 0; k < out.length; k++) out[k] = sum > 0 ? out[k]! / sum : (a[k]! + b[k]!) / 2;
  }
  return mean;
}
