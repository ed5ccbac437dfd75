import { takeRows, type Matrix } from '../../engine/matrix';
import { whitenWithinClasses } from '../../engine/whitening';
import { classMeans } from '../../model/class-means';
import { accuracy, meanTrueProbability } from '../../model/trainer';
import { defaultTraining } from '../../model/training-options';
import { expectedImprovement, type Labels } from './expected-improvement';
import { judgings } from './judging';
import type { Estimator } from './options';
import { classProbabilities, likeliestTemperature } from './temperature';

/** What a class mean may be pulled to its group's by, in images. */
const PULLS = [0.25, 0.5, 1, 2, 4, 8, 16];
/** Taken from the logits of classes without a full label: a network never names a class that it has not seen. */
const UNSEEN = 1e6;

/**
 * Expected improvement without training: the parts of the labels are judged by the nearest of {@link classMeans} instead
 * of a network. Ours; departs from the paper's recipe in that
 * - the classifier is a closed form on the whitened features, so one judgement takes milliseconds;
 * - whitening, the pull of the groups and the softmax's temperature are those of all labels (the latter two: the
 *   likeliest on the images to judge by that are of seen classes), not found anew for each part;
 * - by default the mean probability of the true class is to improve, which single validation images move less than
 *   accuracy, and there are five trials instead of three.
 * How it compares with the recipe, which costs so much more: `npm run bench -- expected-improvement estimators`.
 */
export const classMeansEstimator: Estimator = async ({ task, options, random }) => {
  const { features, full, weak, engine } = task;
  const { whitening: shrinkage = defaultTraining.whitening as number } = options;
  const whitening = await whitenWithinClasses(engine, features, full, shrinkage);
  const labelled = [...full.rows, ...weak.rows];
  const at = new Map(labelled.map((row, i) => [row, i]));
  const inputs = await whitening.apply(takeRows(features, labelled));
  const judging = judgings(task, random);

  const logits = async (labels: Labels, shown: Matrix, pull: number): Promise<Matrix> => {
    const [fullAt, weakAt] = [labels.full, labels.weak].map((level) => ({
      ...level,
      rows: level.rows.map((row) => at.get(row)!),
    }));
    const means = classMeans({ ...task, inputs, full: fullAt!, weak: weakAt! }, pull);
    const seen = new Set(labels.full.labels);
    const bias = Float32Array.from(
      { length: means.rows },
      (_, k) => -halfSquare(means, k) - (seen.has(k) ? 0 : UNSEEN),
    );
    return engine.product(shown, means, { transposeB: true, bias });
  };
  const prepare = async (trial: number) => {
    const { labels, shown } = judging(trial);
    const inputs = await whitening.apply(shown.features);
    return {
      inputs,
      fine: shown.fine,
      ...(await likeliest(labels, shown.fine, (pull) => logits(labels, inputs, pull))),
    };
  };
  // with validation images, all trials share them; else each trial has a fold of its own
  const prepared = new Map<number, ReturnType<typeof prepare>>();
  const judgeOf = (trial: number): ReturnType<typeof prepare> => {
    const key = task.validation ? 0 : trial;
    const known = prepared.get(key) ?? prepare(key);
    prepared.set(key, known);
    return known;
  };
  const measure = options.measure === 'accuracy' ? accuracy : meanTrueProbability;
  return expectedImprovement(
    (trial) => judging(trial).labels,
    async (part, _, trial) => {
      const { inputs, fine, pull, temperature } = await judgeOf(trial);
      return measure(classProbabilities(await logits(part, inputs, pull), temperature), fine);
    },
    options,
    random,
  );
};

/** The pull and temperature at which the images to judge by, of classes that were seen, are likeliest. */
async function likeliest(
  { full }: Labels,
  fine: Int32Array,
  logits: (pull: number) => Promise<Matrix>,
): Promise<{ pull: number; temperature: number }> {
  const seen = new Set(full.labels);
  const rows = Array.from(fine.keys()).filter((i) => seen.has(fine[i]!));
  const truth = Int32Array.from(rows, (i) => fine[i]!);
  const fits = [];
  for (const pull of PULLS) fits.push({ pull, ...likeliestTemperature(takeRows(await logits(pull), rows), truth) });
  return fits.reduce((best, fit) => (fit.likelihood > best.likelihood ? fit : best));
}

function halfSquare({ data, columns }: Matrix, i: number): number {
  let sum = 0;
  for (let j = i * columns; j < (i + 1) * columns; j++) sum += data[j]! * data[j]!;
  return sum / 2;
}
