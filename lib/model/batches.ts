import { matrix, row, type Matrix } from '../engine/matrix';
import type { Random } from '../random';
import type { Example } from './examples';
import type { Batch } from './network';

/** What a batch draws from: `size` of the `examples`, whose losses count `fineShare` and `coarseShare`. */
export interface Part {
  readonly examples: readonly Example[];
  readonly size: number;
  readonly fineShare: number;
  readonly coarseShare: number;
}

const NOISE_TABLE = 1 << 16;

/**
 * An endless supply of batches. Each part is walked in random order, epoch after epoch; its loss is the weighted mean
 * over its rows in the batch (as PyTorch's class-weighted cross-entropy), times its share. The arrays are reused.
 */
export class BatchSource {
  private readonly walks: { part: Part; walk: EpochWalk }[];
  private readonly random: Random;
  private readonly noise: Float32Array;
  private readonly batch: Batch;

  constructor(
    private readonly inputs: Matrix,
    parts: readonly Part[],
    private readonly options: { readonly hidden: number; readonly dropout: number; readonly inputNoise: number },
    random: Random,
  ) {
    this.walks = parts.map((part, i) => ({ part, walk: new EpochWalk(part, random.stream('order', i)) }));
    this.random = random.stream('noise');
    this.noise = new Float32Array(options.inputNoise > 0 ? NOISE_TABLE + inputs.columns : 0);
    for (let i = 0; i < this.noise.length; i++) this.noise[i] = options.inputNoise * this.random.normal();
    const n = parts.reduce((sum, { size }) => sum + size, 0);
    this.batch = {
      inputs: matrix(n, inputs.columns),
      ...(options.dropout > 0 && { mask: matrix(n, options.hidden) }),
      fineLabels: new Int32Array(n),
      fineWeights: new Float32Array(n),
      coarseLabels: new Int32Array(n),
      coarseWeights: new Float32Array(n),
      corrected: new Uint8Array(n),
    };
  }

  next(): Batch {
    let at = 0;
    for (const { part, walk } of this.walks) {
      const examples = walk.next();
      const fineScale = part.fineShare / totalWeight(examples, 'fine');
      const coarseScale = part.coarseShare / totalWeight(examples, 'coarse');
      for (const example of examples) this.place(at++, example, fineScale, coarseScale);
    }
    this.drop();
    return this.batch;
  }

  private place(at: number, { row: source, fine, coarse, corrected }: Example, fineScale: number, coarseScale: number) {
    const { batch } = this;
    this.copyWithNoise(row(this.inputs, source), row(batch.inputs, at));
    batch.fineLabels[at] = fine?.label ?? 0;
    batch.fineWeights[at] = (fine?.weight ?? 0) * fineScale;
    batch.coarseLabels[at] = coarse?.label ?? 0;
    batch.coarseWeights[at] = (coarse?.weight ?? 0) * coarseScale;
    batch.corrected[at] = corrected ? 1 : 0;
  }

  /** Noise comes from a table of normal numbers, entered at a random place for each row: far cheaper than drawing. */
  private copyWithNoise(from: Float32Array, to: Float32Array): void {
    to.set(from);
    if (!this.noise.length) return;
    const offset = this.random.integer(NOISE_TABLE);
    for (let j = 0; j < to.length; j++) to[j]! += this.noise[offset + j]!;
  }

  private drop(): void {
    const { mask } = this.batch;
    if (!mask) return;
    const { dropout } = this.options;
    const kept = 1 / (1 - dropout);
    for (let i = 0; i < mask.data.length; i++) mask.data[i] = this.random.uniform() < dropout ? 0 : kept;
  }
}

/** Goes through a part's examples in random order, again and again. */
class EpochWalk {
  private order = new Int32Array(0);
  private position = 0;

  constructor(
    private readonly part: Part,
    private readonly random: Random,
  ) {}

  next(): Example[] {
    return Array.from({ length: this.part.size }, () => {
      if (this.position === this.order.length) {
        this.order = this.random.permutation(this.part.examples.length);
        this.position = 0;
      }
      return this.part.examples[this.order[this.position++]!]!;
    });
  }
}

/** 1 where there is no such label, so that dividing by it is harmless. */
function totalWeight(examples: readonly Example[], level: 'fine' | 'coarse'): number {
  return examples.reduce((sum, example) => sum + (example[level]?.weight ?? 0), 0) || 1;
}
