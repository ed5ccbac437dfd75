import type { Engine } from '../../lib/engine/engine';
import { matrix, row, takeRows, type Matrix } from '../../lib/engine/matrix';
import type { Random } from '../../lib/random';

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

/** A layer's weights [inputs, outputs] and biases with the moments of Adam. */
class Layer {
  readonly weights: Matrix;
  readonly bias: Float32Array;
  private readonly moments: [Float32Array, Float32Array][];

  constructor(inputs: number, outputs: number, random: Random) {
    this.weights = matrix(inputs, outputs);
    const bound = 1 / Math.sqrt(inputs);
    for (let i = 0; i < inputs * outputs; i++) this.weights.data[i] = bound * (2 * random.uniform() - 1);
    this.bias = new Float32Array(outputs);
    this.moments = [inputs * outputs, outputs].map((n) => [new Float32Array(n), new Float32Array(n)]);
  }

  /** One step of AdamW (Loshchilov and Hutter, 2019). */
  step(gradients: Matrix, rate: number, decay: number, time: number): void {
    const biasGradients = new Float32Array(this.bias.length);
    for (let i = 0; i < gradients.data.length; i++) biasGradients[i % biasGradients.length]! += gradients.data[i]!;
    this.update(this.bias, biasGradients, this.moments[1]!, rate, decay, time);
  }

  stepWeights(gradients: Matrix, rate: number, decay: number, time: number): void {
    this.update(this.weights.data, gradients.data, this.moments[0]!, rate, decay, time);
  }

  private update(
    values: Float32Array,
    gradients: Float32Array,
    [first, second]: [Float32Array, Float32Array],
    rate: number,
    decay: number,
    time: number,
  ): void {
    const step = rate / (1 - 0.9 ** time);
    const root = Math.sqrt(1 - 0.999 ** time);
    for (let i = 0; i < values.length; i++) {
      const g = gradients[i]!;
      const m = (first[i] = 0.9 * first[i]! + 0.1 * g);
      const v = (second[i] = 0.999 * second[i]! + 0.001 * g * g);
      values[i] = values[i]! * (1 - rate * decay) - (step * m * root) / (Math.sqrt(v) + 1e-8 * root);
    }
  }
}

/** A trained classifier: features -> ReLU layer -> class probabilities. */
export interface Classifier {
  /** [n, hidden] the ReLU layer and [n, classes] probabilities. */
  predict(inputs: Matrix): Promise<{ hidden: Matrix; probabilities: Matrix }>;
}

/**
 * Trains a network with one hidden layer by AdamW on cross-entropy, every class weighing the same in all.
 * Inputs are standardised column by column with the training rows' mean and deviation.
 */
export async function trainClassifier(
  inputs: Matrix,
  labels: Int32Array,
  classes: number,
  options: TrainingOptions,
  engine: Engine,
  random: Random,
): Promise<Classifier> {
  const standardise = standardiser(inputs);
  const x = standardise(inputs);
  const body = new Layer(x.columns, options.hidden, random.stream('body'));
  const head = new Layer(options.hidden, classes, random.stream('head'));
  const weights = balancedWeights(labels, classes);
  const forward = async (batch: Matrix): Promise<{ hidden: Matrix; probabilities: Matrix }> => {
    const hidden = await engine.product(batch, body.weights, { bias: body.bias });
    for (let i = 0; i < hidden.data.length; i++) if (hidden.data[i]! < 0) hidden.data[i] = 0;
    const probabilities = await engine.product(hidden, head.weights, { bias: head.bias });
    softmaxRows(probabilities);
    return { hidden, probabilities };
  };

  const steps = options.epochs * Math.ceil(x.rows / options.batch);
  const drops = random.stream('dropout');
  let time = 0;
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const order = random.stream('order', epoch).permutation(x.rows);
    for (let from = 0; from < order.length; from += options.batch) {
      const picks = order.subarray(from, from + options.batch);
      const rate = options.learningRate * oneCycle(time++ / steps);
      const batch = takeRows(x, picks);
      drop(batch.data, options.inputDropout, drops);
      const hidden = await engine.product(batch, body.weights, { bias: body.bias });
      for (let i = 0; i < hidden.data.length; i++) if (hidden.data[i]! < 0) hidden.data[i] = 0;
      drop(hidden.data, options.dropout, drops);
      const error = await engine.product(hidden, head.weights, { bias: head.bias });
      softmaxRows(error);
      picks.forEach((pick, i) => {
        const weight = weights[labels[pick]!]! / picks.length;
        const line = row(error, i);
        for (let c = 0; c < classes; c++) {
          const target = options.labelSmoothing / classes + (c === labels[pick] ? 1 - options.labelSmoothing : 0);
          line[c] = weight * (line[c]! - target);
        }
      });
      const back = await engine.product(error, head.weights, { transposeB: true });
      for (let i = 0; i < back.data.length; i++)
        back.data[i] = hidden.data[i]! > 0 ? back.data[i]! / (1 - options.dropout) : 0;
      const headGradients = await engine.product(hidden, error, { transposeA: true });
      const bodyGradients = await engine.product(batch, back, { transposeA: true });
      head.stepWeights(headGradients, rate, options.weightDecay, time);
      head.step(error, rate, options.weightDecay, time);
      body.stepWeights(bodyGradients, rate, options.weightDecay, time);
      body.step(back, rate, options.weightDecay, time);
    }
  }
  return { predict: (rows) => forward(standardise(rows)) };
}

/** The share of the highest learning rate at a share of the training. */
function oneCycle(share: number): number {
  const rise = 0.3;
  const angle = share < rise ? Math.PI * (1 - share / rise) : (Math.PI * (share - rise)) / (1 - rise);
  return (1 + Math.cos(angle)) / 2;
}

/** Zeroes a share of the values and scales the others up to the same expected sum. */
function drop(values: Float32Array, share: number, random: Random): void {
  const scale = 1 / (1 - share);
  for (let i = 0; i < values.length; i++) values[i] = random.uniform() < share ? 0 : values[i]! * scale;
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
  return ({ rows, columns, data }) =>
    matrix(
      rows,
      columns,
      Float32Array.from(data, (value, i) => (value - means[i % d]!) / deviations[i % d]!),
    );
}

function softmaxRows(a: Matrix): void {
  for (let i = 0; i < a.rows; i++) {
    const line = row(a, i);
    let top = -Infinity;
    for (let j = 0; j < line.length; j++) if (line[j]! > top) top = line[j]!;
    let sum = 0;
    for (let j = 0; j < line.length; j++) sum += line[j] = Math.exp(line[j]! - top);
    for (let j = 0; j < line.length; j++) line[j]! /= sum;
  }
}
