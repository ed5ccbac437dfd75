import type { Dataset } from '../datasets/dataset';
import type { Strategy } from '../strategies/strategy';

/** Who answers for a pool row once it is paid for. `rows` maps the pool's rows to the data set's. */
export class Oracles {
  constructor(
    private readonly data: Dataset,
    private readonly rows: Int32Array,
    private readonly weakLabels: Strategy['weakLabels'],
  ) {}

  /** The fine class, from a human, who is always right. */
  full(row: number): number {
    return this.data.pool.fine[this.rows[row]!]!;
  }

  /** The coarse class, from whom the strategy buys weak labels. */
  weak(row: number): number {
    return this.weakLabels === 'human' ? this.data.hierarchy.groupOf[this.full(row)]! : this.annotator(row);
  }

  /** The annotator's coarse answer; -1: outside the list. */
  annotator(row: number): number {
    return this.data.answers!.coarse[this.rows[row]!]!;
  }
}
