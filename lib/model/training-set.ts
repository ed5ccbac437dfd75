import type { Hierarchy } from '../data/hierarchy';
import type { Matrix } from '../engine/matrix';
import type { Correction } from '../noise/corrections';

/** Everything a network may learn from: labels that were paid for, and the validation images. */
export interface TrainingSet {
  readonly hierarchy: Hierarchy;
  /** [n, D] features of the pool; only the rows named below are read. */
  readonly features: Matrix;
  /** What the network is fed with instead of `features`, where it extracts its own: [n, 1] image numbers. */
  readonly inputs?: Matrix;
  /** Images with a full label. */
  readonly full: LabelledRows;
  /** Images with a weak label only. A label -1 or C stands for an answer outside the list. */
  readonly weak: LabelledRows;
  /** T for the weak labels, [C, C] or [C, C + 1]; absent: they are taken as true (and outside answers left out). */
  readonly transition?: Matrix;
  /** T per fine class, as wide, for a tied head. */
  readonly classTransition?: Matrix;
  /** How T corrects; default: forward. */
  readonly correction?: Correction;
  /** Factor on the weak loss, the guard (agreement beyond chance on trusted images); 1 = as it is, 0 = ignore weak labels. */
  readonly weakTrust?: number;
  /** Chooses the best state during training, where labels were set aside for it; else the last state is kept. */
  readonly validation?: Validation;
}

/** Labelled images beside those that are learned from, one row of features (and inputs) for each label. */
export interface Validation {
  readonly features: Matrix;
  readonly inputs?: Matrix;
  readonly fine: Int32Array;
}

/** `labels[i]` belongs to row `rows[i]` of the feature matrix. */
export interface LabelledRows {
  readonly rows: Int32Array;
  readonly labels: Int32Array;
}

export const noLabels: LabelledRows = { rows: new Int32Array(0), labels: new Int32Array(0) };
