import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { argmaxRows, matrix, type Matrix } from '../engine/matrix';
import { tensors, type Tensors } from '../engine/tensors';
import { check } from '../errors';
import { backwardWeights, type CorrectionOptions } from '../noise/corrections';
import { checkTransition } from './fast/checks';
import type { Batch, Network, NetworkShape, Parameters, Prediction } from './network';
import { correctedLoss, FLOOR, indicators, weightedLoss, type TensorCorrection } from './tfjs-losses';
import { VariableAdam } from './variable-adam';

const NAMES = ['shared', 'sharedBias', 'fine', 'fineBias', 'coarse', 'coarseBias'] as const;
type Name = (typeof NAMES)[number];

/** The two-head network in TensorFlow.js, gradients by autodiff: the readable reference, on whatever backend is there. */
export async function createTfjsNetwork(shape: NetworkShape): Promise<TfjsNetwork> {
  const { tf, name } = await tensors();
  return new TfjsNetwork(tf, name, shape);
}

export class TfjsNetwork implements Network {
  private readonly weights: Record<Name, Variable>;
  private readonly adam: VariableAdam;
  private readonly groups: Tensor2D | undefined; // [K, C], 1 where k belongs to c; only if tied
  private correction: TensorCorrection | undefined;

  constructor(
    private readonly tf: Tensors,
    readonly engine: string,
    readonly shape: NetworkShape,
  ) {
    const sizes = sizesOf(shape);
    const zeros = (name: Name): Variable => {
      const initial = tf.zeros(sizes[name]);
      const variable = tf.variable(initial);
      initial.dispose();
      return variable;
    };
    this.weights = byName((name) => zeros(name));
    this.adam = new VariableAdam(tf, new Map(NAMES.map((name) => [name, this.weights[name]])));
    if (shape.tiedTo) this.groups = indicators(tf, shape.tiedTo, shape.coarse);
  }

  setTransition(transition: Matrix | undefined, options: CorrectionOptions = {}): void {
    checkTransition(transition, this.shape, options);
    const { correction: kind = 'forward', classTransition } = options;
    const tensor = ({ data, rows, columns }: Matrix): Tensor2D => this.tf.tensor2d(data, [rows, columns]);
    if (this.correction) this.tf.dispose([this.correction.answers, this.correction.backward]);
    this.correction = transition && {
      kind,
      byClass: this.groups !== undefined && classTransition !== undefined,
      answers: tensor((this.groups && classTransition) || transition),
      backward: tensor(kind === 'backward' ? backwardWeights(transition) : transition),
    };
  }

  async step(batch: Batch, learningRate: number): Promise<number> {
    const { loss, gradients } = this.differentiate(batch);
    this.adam.step(gradients, learningRate);
    gradients.forEach((gradient) => gradient.dispose());
    const [value] = await loss.data();
    loss.dispose();
    return value!;
  }

  async gradients(batch: Batch): Promise<{ loss: number; gradients: Parameters }> {
    const { loss, gradients } = this.differentiate(batch);
    const arrays = byName((name) => (gradients.get(name) ?? this.tf.zerosLike(this.weights[name])).dataSync().slice());
    gradients.forEach((gradient) => gradient.dispose());
    const value = loss.dataSync()[0]!;
    loss.dispose();
    return { loss: value, gradients: arrays as unknown as Parameters };
  }

  /** The gradient [n, D] of the batch's loss in its inputs: what a network below this one is trained by. */
  async inputGradients(batch: Batch): Promise<Matrix> {
    const { rows, columns } = batch.inputs;
    const inputs = this.inputs(batch);
    const gradient = this.tf.grad((x) => this.loss(batch, headsOf(batch), x as Tensor2D))(inputs);
    const data = (await gradient.data()) as Float32Array;
    this.tf.dispose([inputs, gradient]);
    return matrix(rows, columns, data);
  }

  async predict(inputs: Matrix): Promise<Prediction> {
    const { tf, shape } = this;
    const n = inputs.rows;
    const outputs = tf.tidy((): Tensor[] => {
      const hidden = this.hidden(tf.tensor2d(inputs.data, [n, shape.features]));
      const fine = tf.softmax(this.head('fine', hidden));
      return [
        hidden,
        fine,
        this.groups ? fine.matMul(this.groups) : tf.softmax(this.head('coarse', hidden)),
      ] as Tensor[];
    });
    const [hidden, fine, coarse] = await Promise.all(outputs.map((tensor) => tensor.data()));
    outputs.forEach((tensor) => tensor.dispose());
    return {
      hidden: matrix(n, shape.hidden, hidden as Float32Array),
      fine: matrix(n, shape.fine, fine as Float32Array),
      coarse: matrix(n, shape.coarse, coarse as Float32Array),
    };
  }

  async classify(inputs: Matrix, head: 'fine' | 'coarse'): Promise<Int32Array> {
    return argmaxRows((await this.predict(inputs))[head]);
  }

  parameters(): Parameters {
    return byName((name) => this.weights[name].dataSync().slice()) as unknown as Parameters;
  }

  load(parameters: Parameters): void {
    const { tf } = this;
    const sizes = sizesOf(this.shape);
    for (const name of NAMES) {
      const length = sizes[name].reduce((product, n) => product * n, 1);
      const given = parameters[name].length;
      check(given === length, `Unexpected length of "${name}": ${given}; expected ${sizes[name].join(' x ')}`);
      const fresh = tf.tensor(parameters[name].slice(), sizes[name]);
      this.weights[name].assign(fresh);
      fresh.dispose();
    }
    this.adam.reset();
  }

  snapshot(): Map<string, Float32Array> {
    const weights = NAMES.map((name): [string, Float32Array] => [
      name,
      this.weights[name].dataSync<'float32'>().slice(),
    ]);
    return new Map([...weights, ...this.adam.snapshot()]);
  }

  restore(snapshot: ReadonlyMap<string, Float32Array>): void {
    this.load(byName((name) => snapshot.get(name) ?? new Float32Array(0)));
    this.adam.restore(snapshot);
  }

  dispose(): void {
    for (const name of NAMES) this.weights[name].dispose();
    this.adam.reset();
    this.groups?.dispose();
    this.setTransition(undefined);
  }

  private inputs({ inputs }: Batch): Tensor2D {
    return this.tf.tensor2d(inputs.data, [inputs.rows, inputs.columns]);
  }

  private hidden(inputs: Tensor2D): Tensor2D {
    return inputs.matMul<Tensor2D>(this.weights.shared).add(this.weights.sharedBias).relu();
  }

  private head(name: 'fine' | 'coarse', hidden: Tensor2D): Tensor2D {
    return hidden.matMul<Tensor2D>(this.weights[name]).add(this.weights[`${name}Bias`]);
  }

  /** The loss of {@link Batch}, as a scalar tensor. */
  private loss(batch: Batch, { fine: useFine, coarse: useCoarse }: Heads, inputs = this.inputs(batch)): Tensor {
    const { tf, shape } = this;
    const n = batch.inputs.rows;
    let hidden = this.hidden(inputs);
    if (batch.mask) hidden = hidden.mul(tf.tensor2d(batch.mask.data, [n, shape.hidden]));
    const logFine = useFine || this.groups ? tf.logSoftmax(this.head('fine', hidden)) : undefined;
    let total: Tensor = tf.scalar(0);
    if (useFine && logFine) total = total.add(weightedLoss(tf, logFine, batch.fineLabels, batch.fineWeights));
    if (useCoarse) {
      const fine = this.groups && logFine ? logFine.exp<Tensor2D>() : undefined;
      const tied = fine?.matMul(this.groups!) as Tensor2D | undefined;
      const logits = tied ? undefined : this.head('coarse', hidden);
      const logCoarse: Tensor2D = logits ? tf.logSoftmax(logits) : tf.log(tf.maximum<Tensor2D>(tied!, FLOOR));
      const clean = batch.coarseWeights.map((w, i) => (this.correction && batch.corrected[i] ? 0 : w));
      total = total.add(weightedLoss(tf, logCoarse, batch.coarseLabels, clean));
      if (this.correction && batch.corrected.includes(1)) {
        const coarse = tied ?? tf.softmax(logits!);
        total = total.add(correctedLoss(tf, batch, this.correction, { fine, coarse, logCoarse }));
      }
    }
    return total;
  }

  private differentiate(batch: Batch): { loss: Tensor; gradients: Map<Name, Tensor> } {
    const heads = headsOf(batch);
    const trained = NAMES.filter((name) => {
      if (name.startsWith('coarse')) return heads.coarse && !this.groups;
      if (name.startsWith('fine')) return heads.fine || (heads.coarse && !!this.groups);
      return heads.fine || heads.coarse;
    });
    if (!trained.length) return { loss: this.tf.scalar(0), gradients: new Map() };
    const variables = trained.map((name) => this.weights[name]);
    const { value, grads } = this.tf.variableGrads(() => this.loss(batch, heads).asScalar(), variables);
    return { loss: value, gradients: new Map(trained.map((name) => [name, grads[this.weights[name].name]!])) };
  }
}

interface Heads {
  fine: boolean;
  coarse: boolean;
}

/** Which heads the batch holds labels for. */
function headsOf(batch: Batch): Heads {
  return { fine: batch.fineWeights.some((w) => w !== 0), coarse: batch.coarseWeights.some((w) => w !== 0) };
}

function sizesOf({ features, hidden, fine, coarse, tiedTo }: NetworkShape): Record<Name, number[]> {
  return {
    shared: [features, hidden],
    sharedBias: [hidden],
    fine: [hidden, fine],
    fineBias: [fine],
    coarse: tiedTo ? [0, coarse] : [hidden, coarse],
    coarseBias: [tiedTo ? 0 : coarse],
  };
}

function byName<T>(make: (name: Name) => T): Record<Name, T> {
  return Object.fromEntries(NAMES.map((name) => [name, make(name)])) as Record<Name, T>;
}
