import { createEngine, type Engine } from '../engine';
import { Arena } from '../engine/kernels';
import { argmaxRows, matrix, type Matrix } from '../engine/matrix';
import { InputError } from '../errors';
import { placeBuffers, type Buffers } from './fast/buffers';
import { checkBatch, checkInputs, checkShape, checkTransition } from './fast/checks';
import { adam, noSteps } from './fast/adam';
import { rowCorrection, type RowCorrection } from './fast/corrected-rows';
import { type Heads, lossAndGradient, softmaxRows } from './fast/loss';
import { exportParameters, importParameters, logits, type Weights } from './fast/weights';
import type { CorrectionOptions } from '../noise/corrections';
import type { Batch, Network, NetworkShape, Parameters, Prediction } from './network';
import { sumByGroup } from './sum-by-group';

export interface FastNetworkOptions {
  /** Multiplies the matrices; `createEngine()` by default. */
  engine?: Engine;
}

/**
 * The two-head network for cached features, on typed arrays: the engine multiplies, SIMD kernels do the rest, and the
 * gradients are written out by hand. Its weights begin as zeros: `load` them. All arrays lie in one arena and are used
 * again, so a step allocates none; hence one call at a time (await each). No logits make the loss infinite: entries of T
 * below 1e-12 count as 1e-12, and so does, in a tied head, the share of fine classes of another group.
 * @throws InputError for an invalid shape.
 */
export async function createFastNetwork(shape: NetworkShape, { engine }: FastNetworkOptions = {}): Promise<Network> {
  checkShape(shape);
  return new FastNetwork(shape, engine ?? (await createEngine()));
}

/** Rows that `predict` takes at a time. */
const BLOCK = 512;

class FastNetwork implements Network {
  readonly engine: string;
  private placed: Buffers | undefined;
  private correction: RowCorrection | undefined;
  private steps = noSteps();

  constructor(
    readonly shape: NetworkShape,
    private readonly multiplier: Engine,
  ) {
    this.engine = multiplier.name;
    this.placed = placeBuffers(new Arena(), shape, 1, undefined);
  }

  setTransition(transition: Matrix | undefined, options: CorrectionOptions = {}): void {
    checkTransition(transition, this.shape, options);
    this.correction = transition && rowCorrection(transition, options, this.shape);
    const { arena, rows } = this.buffers(0);
    this.placed = placeBuffers(arena, this.shape, rows, this.correction);
  }

  async step(batch: Batch, learningRate: number): Promise<number> {
    checkBatch(batch, this.shape, this.correction?.transition);
    const heads = this.labelledHeads(batch);
    if (!heads) return 0;
    const loss = await this.differentiate(batch, heads);
    adam(this.buffers(0), this.shape, heads, this.steps, learningRate);
    return loss;
  }

  async gradients(batch: Batch): Promise<{ loss: number; gradients: Parameters }> {
    checkBatch(batch, this.shape, this.correction?.transition);
    clear(this.buffers(0).gradient);
    const heads = this.labelledHeads(batch);
    const loss = heads ? await this.differentiate(batch, heads) : 0;
    return { loss, gradients: exportParameters(this.buffers(0).gradient, this.shape) };
  }

  async predict(inputs: Matrix): Promise<Prediction> {
    const { features: D, hidden: H, fine: K, coarse: C, tiedTo } = this.shape;
    checkInputs(inputs, D);
    const [hidden, fine] = [matrix(inputs.rows, H), matrix(inputs.rows, K)];
    const coarse = matrix(tiedTo ? 0 : inputs.rows, C);
    for (let top = 0; top < inputs.rows; top += BLOCK) {
      const n = Math.min(BLOCK, inputs.rows - top);
      const block = matrix(n, D, inputs.data.subarray(top * D, (top + n) * D));
      const layers = await this.forward(block, { first: 0, count: logits(this.shape) });
      hidden.data.set(layers.hidden.data, top * H);
      const { kernels } = this.buffers(0).arena;
      softmaxRows(kernels, layers.logits, 0, fine, top);
      if (!tiedTo) softmaxRows(kernels, layers.logits, K, coarse, top);
    }
    return { hidden, fine, coarse: tiedTo ? sumByGroup(fine, tiedTo, C) : coarse };
  }

  async classify(inputs: Matrix, head: 'fine' | 'coarse'): Promise<Int32Array> {
    const { features: D, fine: K, coarse: C, tiedTo } = this.shape;
    if (head === 'coarse' && tiedTo) return argmaxRows((await this.predict(inputs)).coarse); // a sum of fine ones
    checkInputs(inputs, D);
    const heads = head === 'fine' ? { first: 0, count: K } : { first: K, count: C };
    const out = new Int32Array(inputs.rows);
    for (let top = 0; top < inputs.rows; top += BLOCK) {
      const n = Math.min(BLOCK, inputs.rows - top);
      const block = matrix(n, D, inputs.data.subarray(top * D, (top + n) * D));
      out.set(argmaxRows((await this.forward(block, heads)).logits), top);
    }
    return out;
  }

  parameters(): Parameters {
    return exportParameters(this.buffers(0).weights, this.shape);
  }

  load(parameters: Parameters): void {
    const { weights, moments } = this.buffers(0);
    importParameters(parameters, weights, this.shape);
    moments.forEach(clear);
    this.steps = noSteps();
  }

  dispose(): void {
    this.placed = undefined;
  }

  /** The arrays, with room for at least `rows` rows. */
  private buffers(rows: number): Buffers {
    if (!this.placed) throw new InputError('This network has been disposed; create another');
    if (rows > this.placed.rows) this.placed = placeBuffers(this.placed.arena, this.shape, rows, this.correction);
    return this.placed;
  }

  /** The heads for which the batch holds a label; undefined if it holds none. */
  private labelledHeads({ fineWeights, coarseWeights }: Batch): Heads | undefined {
    const { fine, tiedTo } = this.shape;
    const labelled = (weights: Float32Array): boolean => weights.some((weight) => weight !== 0);
    const coarseLabels = labelled(coarseWeights);
    const fineHead = labelled(fineWeights) || (tiedTo !== undefined && coarseLabels);
    const coarseHead = tiedTo === undefined && coarseLabels;
    if (!fineHead && !coarseHead) return undefined;
    return { first: fineHead ? 0 : fine, count: (fineHead ? fine : 0) + (coarseHead ? this.shape.coarse : 0) };
  }

  private async forward(
    inputs: Matrix,
    { first, count }: Heads,
    mask?: Matrix,
  ): Promise<{ hidden: Matrix; logits: Matrix }> {
    const { features: D, hidden: H } = this.shape;
    const n = inputs.rows;
    const buffers = this.buffers(n);
    const { weights } = buffers;
    const { kernels } = buffers.arena;
    const hidden = view(buffers.hidden, 0, n, H);
    const out = view(buffers.logits, 0, n, count);
    if (mask) buffers.mask.set(mask.data);
    await this.multiplier.product(inputs, matrix(H, D, weights.shared), { transposeB: true, out: hidden });
    const maskAt = mask ? buffers.mask.byteOffset : 0;
    kernels.addRectify(hidden.data.byteOffset, weights.sharedBias.byteOffset, maskAt, n, H);
    const bias = weights.headBias.subarray(first, first + count);
    await this.multiplier.product(hidden, view(weights.heads, first, count, H), { transposeB: true, bias, out });
    return { hidden, logits: out };
  }

  /** Forward and backward; leaves the gradient of the shared layer and of `heads` in its buffers. */
  private async differentiate(batch: Batch, heads: Heads): Promise<number> {
    const { features: D, hidden: H } = this.shape;
    const { first, count } = heads;
    const n = batch.inputs.rows;
    const layers = await this.forward(batch.inputs, heads, batch.mask);
    const loss = lossAndGradient(this.buffers(n), this.shape, batch, heads, this.correction);

    const { weights, gradient, ...buffers } = this.buffers(n);
    const { kernels } = buffers.arena;
    const back = view(buffers.back, 0, n, H);
    const backTransposed = view(buffers.backTransposed, 0, H, n);
    const byLogits = layers.logits;
    kernels.columnSums(byLogits.data.byteOffset, n, count, gradient.headBias.byteOffset + 4 * first);
    await this.multiplier.product(byLogits, layers.hidden, {
      transposeA: true,
      out: view(gradient.heads, first, count, H),
    });
    await this.multiplier.product(byLogits, view(weights.heads, first, count, H), { out: back });
    kernels.maskTranspose(
      back.data.byteOffset,
      layers.hidden.data.byteOffset,
      batch.mask ? buffers.mask.byteOffset : 0,
      n,
      H,
      backTransposed.data.byteOffset,
      gradient.sharedBias.byteOffset,
    );
    await this.multiplier.product(backTransposed, batch.inputs, { out: matrix(H, D, gradient.shared) });
    return loss;
  }
}

/** Rows `first` to `first + rows - 1` of an array whose rows have `columns` numbers. */
function view(array: Float32Array, first: number, rows: number, columns: number): Matrix {
  return matrix(rows, columns, array.subarray(first * columns, (first + rows) * columns));
}

function clear(weights: Weights): void {
  for (const array of [weights.shared, weights.sharedBias, weights.heads, weights.headBias]) array.fill(0);
}
