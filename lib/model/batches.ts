import { Arena } from '../engine/kernels';
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

/**
 * An endless supply of batches. Each part is walked in random order, epoch after epoch; its loss is the weighted mean
 * over its rows in the batch (as PyTorch's class-weighted cross-entropy), times its share. The arrays are reused.
 */
export class BatchSource {
  private readonly walks: { part: Part; walk: EpochWalk }[];
  private readonly noise: RandomRows | undefined;
  private readonly masks: RandomRows | undefined;
  private readonly batch: Batch;
  /** Holds the inputs and their noise, which a kernel adds. */
  private readonly arena = new Arena();

  constructor(
    private readonly inputs: Matrix,
    parts: readonly Part[],
    { hidden, dropout, inputNoise }: { readonly hidden: number; readonly dropout: number; readonly inputNoise: number },
    random: Random,
  ) {
    this.walks = parts.map((part, i) => ({ part, walk: new EpochWalk(part, random.stream('order', i)) }));
    const n = parts.reduce((sum, { size }) => sum + size, 0);
    const lengths = [n * inputs.columns, inputNoise > 0 ? TABLE + inputs.columns : 0];
    this.arena.clear(...lengths);
    const [noisyInputs, noiseTable] = lengths.map((length) => this.arena.floats(length));
    const noise = random.stream('noise');
    if (inputNoise > 0)
      this.noise = new RandomRows(inputs.columns, noise, () => inputNoise * noise.normal(), noiseTable);
    const mask = random.stream('dropout');
    const kept = 1 / (1 - dropout);
    if (dropout > 0) this.masks = new RandomRows(hidden, mask, () => (mask.uniform() < dropout ? 0 : kept));
    this.batch = {
      inputs: matrix(n, inputs.columns, noisyInputs),
      ...(dropout > 0 && { mask: matrix(n, hidden) }),
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
    return this.batch;
  }

  private place(at: number, { row: source, fine, coarse, corrected }: Example, fineScale: number, coarseScale: number) {
    const { batch, noise, masks } = this;
    const input = row(batch.inputs, at);
    input.set(row(this.inputs, source));
    if (noise) this.arena.kernels.add(input.byteOffset, noise.next().byteOffset, input.length);
    if (batch.mask && masks) batch.mask.data.set(masks.next(), at * batch.mask.columns);
    batch.fineLabels[at] = fine?.label ?? 0;
    batch.fineWeights[at] = (fine?.weight ?? 0) * fineScale;
    batch.coarseLabels[at] = coarse?.label ?? 0;
    batch.coarseWeights[at] = (coarse?.weight ?? 0) * coarseScale;
    batch.corrected[at] = corrected ? 1 : 0;
  }
}

const TABLE = 1 << 16;

/** Random rows as windows, at random places, into one table of random numbers: far cheaper than drawing every entry. */
class RandomRows {
  constructor(
    private readonly width: number,
    private readonly random: Random,
    draw: () => number,
    private readonly table = new Float32Array(TABLE + width),
  ) {
    for (let i = 0; i < table.length; i++) table[i] = draw();
  }

  next(): Float32Array {
    const start = this.random.integer(TABLE);
    return this.table.subarray(start, start + this.width);
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
