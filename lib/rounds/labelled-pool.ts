import type { LabelledRows } from '../model/training-set';
import type { PoolView } from '../strategies/strategy';

/** Which pool rows have which label. A row bought weak and later full keeps only its full label for training. */
export class LabelledPool implements PoolView {
  private readonly fine: Int32Array; // -1: not bought
  private readonly coarse: Int32Array; // -1: not bought; outside answers are kept as -2
  private bought = { full: 0, weak: 0 };

  constructor(readonly size: number) {
    this.fine = new Int32Array(size).fill(-1);
    this.coarse = new Int32Array(size).fill(-1);
  }

  /** Throws an Error for a label that is there already: a strategy bought it twice. */
  addFull(row: number, label: number): void {
    if (this.fine[row] !== -1) throw new Error(`Row ${row} has a full label already`);
    this.fine[row] = label;
    this.bought.full++;
  }

  /** `answer` -1: outside the list. Throws an Error if the row has a label. */
  addWeak(row: number, answer: number): void {
    if (this.fine[row] !== -1 || this.hasWeak(row)) throw new Error(`Row ${row} has a label already`);
    this.coarse[row] = answer < 0 ? OUTSIDE : answer;
    this.bought.weak++;
  }

  /** Labels bought so far, of either level; rows upgraded from weak to full count in both. */
  get counts(): { readonly full: number; readonly weak: number } {
    return { ...this.bought };
  }

  hasWeak(row: number): boolean {
    return this.coarse[row] !== -1;
  }

  notFull(): Int32Array {
    return this.rowsWhere((row) => this.fine[row] === -1);
  }

  unlabelled(): Int32Array {
    return this.rowsWhere((row) => this.fine[row] === -1 && !this.hasWeak(row));
  }

  full(): Int32Array {
    return this.rowsWhere((row) => this.fine[row] !== -1);
  }

  fullLabels(): LabelledRows {
    const rows = this.full();
    return { rows, labels: rows.map((row) => this.fine[row]!) };
  }

  /** Rows whose only label is weak; outside answers are -1. */
  weakLabels(): LabelledRows {
    const rows = this.rowsWhere((row) => this.fine[row] === -1 && this.hasWeak(row));
    return { rows, labels: rows.map((row) => Math.max(-1, this.coarse[row]!)) };
  }

  private rowsWhere(holds: (row: number) => boolean): Int32Array {
    const rows: number[] = [];
    for (let row = 0; row < this.size; row++) if (holds(row)) rows.push(row);
    return Int32Array.from(rows);
  }
}

const OUTSIDE = -2;
