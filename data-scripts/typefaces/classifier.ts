import type { Engine } from '../../lib/engine/engine';
import { matrix, softmaxRows, takeRows, type Matrix } from '../../lib/engine/matrix';
import type { Random } from '../../lib/random';
import { Layer } from './layer';

export interface TrainingOptions {
  readonly hidden: number;
  readonly epochs: number;
  readonly batch: number;
  /** Highest learning rate; it rises over the first 30 % of the steps and falls to 0, both as a cosine. */
  readonly learningRate: number;
  /** Decoupled weight decay per unit of learning rate. */
  readonly weightDecay: number;
  readonly inputDropout: number;
  readonly dropout: number;
  /** Share of the target spread evenly over all classes. */
  readonly labelSmoothing: number;
}

/** Class probabilities [n, classes] of some rows of features. */
export type Classifier = (inputs: Matrix) => Promise<Matrix>;

/**
 * Trains a network with one hidden ReLU layer by AdamW on cross-entropy, every class weighing the same in all. Inputs
 * are standardised column by column with the training rows' mean and deviation.
 */
export async function trainClassifier(
  inputs: Matrix,
  labels: Int32Array,
  classes: number,
  options: TrainingOptions,
  engine: Engine,
  random: Random,
): Promise<Classifier> {
  const { hidden: width, weightDecay, labelSmoothing } = options;
  const standardise = standardiser(inputs);
  const x = standardise(inputs);
  const body = new Layer(x.columns, width, weightDecay, engine, random.stream('body'));
  const head = new Layer(width, classes, weightDecay, engine, random.stream('head'));
  const weights = balancedWeights(labels, classes);
  const drops = random.stream('dropout');
  const steps = options.epochs * Math.ceil(x.rows / options.batch);

  for (let step = 0, epoch = 0; epoch < options.epochs; epoch++) {
    const order = random.stream('order', epoch).permutation(x.rows);
    for (let from = 0; from < order.length; from += options.batch, step++) {
      const picks = order.subarray(from, from + options.batch);
      const batch = drop(takeRows(x, picks), options.inputDropout, drops);
      const hidden = drop(relu(await body.forward(batch)), options.dropout, drops);
      const error = softmaxRows(await head.forward(hidden));
      picks.forEach((pick, i) => {
        const label = labels[pick]!;
        for (let c = 0; c < classes; c++) {
          const target = labelSmoothing / classes + (c === label ? 1 - labelSmoothing : 0);
          const at = i * classes + c;
          error.data[at] = ((error.data[at]! - target) * weights[label]!) / picks.length;
        }
      });
      const back = await head.backward(error);
      for (let i = 0; i < back.data.length; i++)
        back.data[i] = hidden.data[i]! > 0 ? back.data[i]! / (1 - options.dropout) : 0;
      const rate = options.learningRate * oneCycle(step / steps);
      await head.step(hidden, error, rate);
      await body.step(batch, back, rate);
    }
  }
  return async (rows) => softmaxRows(await head.forward(relu(await body.forward(standardise(rows)))));
}

/** The share of the highest learning rate at a share of the training. */
function oneCycle(share: number): number {
  const rise = 0.3;
  const angle = share < rise ? Math.PI * (1 - share / rise) : (Math.PI * (share - rise)) / (1 - rise);
  return (1 + Math.cos(angle)) / 2;
}

function relu(a: Matrix): Matrix {
  for (let i = 0; i < a.data.length; i++) if (a.data[i]! < 0) a.data[i] = 0;
  return a;
}

/** Zeroes a share of the values and scales the others up to the same expected sum, in place. */
function drop(a: Matrix, share: number, random: Random): Matrix {
  const scale = 1 / (1 - share);
  for (let i = 0; i < a.data.length; i++) a.data[i] = random.uniform() < share ? 0 : a.data[i]! * scale;
  return a;
}

function balancedWeights(labels: Int32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label]!++;
  return counts.map((count) => (count ? labels.length / (classes * count) : 0));
}

function standardiser(training: Matrix): (x: Matrix) => Matrix {
  const d = training.columns;
  const sums = new Float64Array(d);
  const squares = new Float64Array(d);
  for (let i = 0; i < training.data.length; i++) {
    const value = training.data[i]!;
    sums[i % d]! += value;
    squares[i % d]! += value * value;
  }
  const means = sums.map((sum) => sum / training.rows);
  const deviations = squares.map((square, j) => Math.sqrt(Math.max(0, square / training.rows - means[j]! ** 2)) + 1e-6);
  return ({ rows, columns, data }) => {
    const out = matrix(rows, columns);
    for (let i = 0; i < data.length; i++) out.data[i] = (data[i]! - means[i % d]!) / deviations[i % d]!;
    return out;
  };
}
