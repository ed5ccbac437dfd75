import { takeRows, type Matrix } from '../../engine/matrix';
import { whitenWithinClasses } from '../../features/whitening';
import { classMeans, type MeansSet } from '../../model/class-means';
import { accuracy, meanTrueProbability } from '../../model/trainer';
import { defaultTraining } from '../../model/training-options';
import { expectedImprovement } from './expected-improvement';
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
 *   likeliest on the validation images of seen classes), not found anew for each part;
 * - by default the mean probability of the true class is to improve, which single validation images move less than
 *   accuracy, and there are five trials instead of three.
 * How it compares with the recipe, which costs so much more: `npm run bench -- expected-improvement estimators`.
 */
export const classMeansEstimator: Estimator = async ({ set, options, training, tools, random }) => {
  const { engine } = tools;
  const { features, validation } = set;
  const shrinkage = training.whitening === false ? (defaultTraining.whitening as number) : training.whitening;
  const whitening = await whitenWithinClasses(engine, features, set.full, shrinkage);
  const labelled = [...set.full.rows, ...set.weak.rows];
  const at = new Map(labelled.map((row, i) => [row, i]));
  const inputs = await whitening.apply(takeRows(features, labelled));
  const shown = await whitening.apply(validation.features);

  const logits = async (labels: Pick<MeansSet, 'full' | 'weak'>, pull: number): Promise<Matrix> => {
    const [full, weak] = [labels.full, labels.weak].map((level) => ({
      ...level,
      rows: level.rows.map((row) => at.get(row)!),
    }));
    const means = classMeans({ ...set, inputs, full: full!, weak: weak! }, pull);
    const seen = new Set(labels.full.labels);
    const bias = Float32Array.from(
      { length: means.rows },
      (_, k) => -halfSquare(means, k) - (seen.has(k) ? 0 : UNSEEN),
    );
    return engine.product(shown, means, { transposeB: true, bias });
  };
  const { pull, temperature } = await likeliest(set, logits);
  const measure = options.measure === 'accuracy' ? accuracy : meanTrueProbability;
  return expectedImprovement(
    set,
    async (part) => measure(classProbabilities(await logits(part, pull), temperature), validation.fine),
    options,
    random,
  );
};

/** The pull and temperature at which the validation images of classes that were seen are likeliest. */
async function likeliest(
  { full, weak, validation }: Parameters<Estimator>[0]['set'],
  logits: (labels: Pick<MeansSet, 'full' | 'weak'>, pull: number) => Promise<Matrix>,
): Promise<{ pull: number; temperature: number }> {
  const seen = new Set(full.labels);
  const rows = Array.from(validation.fine.keys()).filter((i) => seen.has(validation.fine[i]!));
  const truth = Int32Array.from(rows, (i) => validation.fine[i]!);
  const fits = [];
  for (const pull of PULLS)
    fits.push({ pull, ...likeliestTemperature(takeRows(await logits({ full, weak }, pull), rows), truth) });
  return fits.reduce((best, fit) => (fit.likelihood > best.likelihood ? fit : best));
}

function halfSquare({ data, columns }: Matrix, i: number): number {
  let sum = 0;
  for (let j = i * columns; j < (i + 1) * columns; j++) sum += data[j]! * data[j]!;
  return sum / 2;
}
