import { Arena } from '../engine/kernels';
import { matrix, type Matrix } from '../engine/matrix';
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
  private readonly noise: RandomWindows | undefined;
  private readonly masks: RandomWindows | undefined;
  private readonly batch: Batch;
  /** Holds the inputs, the random tables and the batch's inputs and mask, which a kernel puts together. */
  private readonly arena = new Arena();
  private readonly inputs: Float32Array;
  /** Where each row of the batch begins in `inputs`. */
  private readonly rowsAt: Int32Array;

  constructor(
    inputs: Matrix,
    parts: readonly Part[],
    { hidden, dropout, inputNoise }: { readonly hidden: number; readonly dropout: number; readonly inputNoise: number },
    random: Random,
  ) {
    this.walks = parts.map((part, i) => ({ part, walk: new EpochWalk(part, random.stream('order', i)) }));
    const n = parts.reduce((sum, { size }) => sum + size, 0);
    const D = inputs.columns;
    const [noisy, drops] = [inputNoise > 0, dropout > 0];
    const { arena } = this;
    const tables = [...(noisy ? [TABLE + D, n] : []), ...(drops ? [TABLE + hidden, n, n * hidden] : [])];
    arena.clear(inputs.data.length, n, n * D, ...tables);
    this.inputs = arena.floats(inputs.data.length);
    this.inputs.set(inputs.data);
    this.rowsAt = arena.integers(n);
    const batchInputs = arena.floats(n * D);
    const noise = random.stream('noise');
    if (noisy) this.noise = new RandomWindows(arena, n, D, noise, () => inputNoise * noise.normal());
    const mask = random.stream('dropout');
    const kept = 1 / (1 - dropout);
    if (drops) this.masks = new RandomWindows(arena, n, hidden, mask, () => (mask.uniform() < dropout ? 0 : kept));
    this.batch = {
      inputs: matrix(n, D, batchInputs),
      ...(drops && { mask: matrix(n, hidden, arena.floats(n * hidden)) }),
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
    const { batch, inputs, rowsAt, noise, masks } = this;
    this.gather(inputs, rowsAt, noise?.moved(), batch.inputs);
    if (batch.mask && masks) this.gather(masks.table, masks.moved().starts, undefined, batch.mask);
    return batch;
  }

  private place(at: number, { row, fine, coarse, corrected }: Example, fineScale: number, coarseScale: number): void {
    const { batch, rowsAt } = this;
    rowsAt[at] = row * batch.inputs.columns;
    batch.fineLabels[at] = fine?.label ?? 0;
    batch.fineWeights[at] = (fine?.weight ?? 0) * fineScale;
    batch.coarseLabels[at] = coarse?.label ?? 0;
    batch.coarseWeights[at] = (coarse?.weight ?? 0) * coarseScale;
    batch.corrected[at] = corrected ? 1 : 0;
  }

  /** out[i] = the numbers of `from` that begin at starts[i], plus those of `added`. */
  private gather(from: Float32Array, starts: Int32Array, added: RandomWindows | undefined, out: Matrix): void {
    const [table, addedAt] = added ? [added.table.byteOffset, added.starts.byteOffset] : [0, 0];
    const to = out.data.byteOffset;
    this.arena.kernels.windows(from.byteOffset, starts.byteOffset, table, addedAt, out.rows, out.columns, to);
  }
}

const TABLE = 1 << 16;

/** Random rows as windows, at random places, into one table of random numbers: far cheaper than drawing every entry. */
class RandomWindows {
  readonly table: Float32Array;
  /** Where each row's window begins. */
  readonly starts: Int32Array;

  constructor(
    arena: Arena,
    rows: number,
    width: number,
    private readonly random: Random,
    draw: () => number,
  ) {
    this.table = arena.floats(TABLE + width);
    for (let i = 0; i < this.table.length; i++) this.table[i] = draw();
    this.starts = arena.integers(rows);
  }

  /** With every row's window at another place. */
  moved(): this {
    for (let i = 0; i < this.starts.length; i++) this.starts[i] = this.random.integer(TABLE);
    return this;
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
