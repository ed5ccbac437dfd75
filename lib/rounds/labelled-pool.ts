import type { LabelledRows } from '../model/training-set';
import type { PoolView } from '../strategies/strategy';

/** Which pool rows have which label. A row bought weak and later full keeps only its full label for training. */
export class LabelledPool implements PoolView {
  /** -1: no label. */
  private readonly fine: Int32Array;
  private readonly weak: Map<number, number> = new Map();
  /** Rows that the annotator was asked about and had nothing to say of. */
  private readonly silent = new Set<number>();
  /** Rows that nobody can label: never offered again. */
  private readonly skipped = new Set<number>();
  private bought = { full: 0, weak: 0 };

  constructor(readonly size: number) {
    this.fine = new Int32Array(size).fill(-1);
  }

  /** Throws an Error for a row that the pool has not, or a label that is there already: a strategy bought it twice. */
  addFull(row: number, label: number): void {
    this.checkRow(row);
    if (this.fine[row] !== -1) throw new Error(`Row ${row} has a full label already`);
    this.fine[row] = label;
    this.bought.full++;
  }

  /** A label that was there before anything was bought, or that takes the place of another: it counts as no purchase. */
  setFull(row: number, label: number): void {
    this.checkRow(row);
    this.fine[row] = label;
    this.skipped.delete(row);
  }

  /**
   * `answer` below 0: outside the list. Throws an Error for a row that the pool has not, or that has a weak label, or a full
   * one unless the answer to a `trusted` row is wanted.
   */
  addWeak(row: number, answer: number, { trusted = false } = {}): void {
    this.checkRow(row);
    if (this.weak.has(row) || (this.fine[row] !== -1 && !trusted)) throw new Error(`Row ${row} has a label already`);
    this.weak.set(row, answer);
    this.bought.weak++;
  }

  /** Nobody can label the row; a full label that it had is taken back. */
  skip(row: number): void {
    this.checkRow(row);
    this.fine[row] = -1;
    this.skipped.add(row);
  }

  isSkipped(row: number): boolean {
    return this.skipped.has(row);
  }

  /** The full label of a row; -1 without one. */
  label(row: number): number {
    return this.fine[row]!;
  }

  /** Labels bought so far, of either level; rows upgraded from weak to full count in both. */
  get counts(): { readonly full: number; readonly weak: number } {
    return { ...this.bought };
  }

  hasWeak(row: number): boolean {
    return this.weak.has(row) || this.silent.has(row);
  }

  /** The annotator says nothing of the row: there is no weak label to buy. */
  addSilence(row: number): void {
    this.checkRow(row);
    this.silent.add(row);
  }

  notFull(): Int32Array {
    return this.rowsWhere((row) => this.fine[row] === -1 && !this.skipped.has(row));
  }

  unlabelled(): Int32Array {
    return this.rowsWhere((row) => this.fine[row] === -1 && !this.hasWeak(row) && !this.skipped.has(row));
  }

  full(): Int32Array {
    return this.rowsWhere((row) => this.fine[row] !== -1);
  }

  fullLabels(): LabelledRows {
    const rows = this.full();
    return { rows, labels: rows.map((row) => this.fine[row]!) };
  }

  /** Rows whose only label is weak, with the answers as they came. */
  weakLabels(): LabelledRows {
    const rows = this.rowsWhere((row) => this.fine[row] === -1 && this.weak.has(row));
    return { rows, labels: rows.map((row) => this.weak.get(row)!) };
  }

  /** The pool as a strategy sees it that may buy no weak labels (any more). */
  withoutWeak(): PoolView {
    const { size } = this;
    const none = new Int32Array(0);
    return {
      size,
      notFull: () => this.notFull(),
      full: () => this.full(),
      unlabelled: () => none,
      hasWeak: () => true,
      isFoundOut: true,
    };
  }

  private checkRow(row: number): void {
    if (!Number.isInteger(row) || row < 0 || row >= this.size)
      throw new Error(`Row ${row} is not in the pool; expected 0 to ${this.size - 1}`);
  }

  private rowsWhere(holds: (row: number) => boolean): Int32Array {
    const rows: number[] = [];
    for (let row = 0; row < this.size; row++) if (holds(row)) rows.push(row);
    return Int32Array.from(rows);
  }
}
