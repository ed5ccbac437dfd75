import { groupsOf } from '../datasets/hierarchy';
import type { Matrix } from '../engine/matrix';
import { weighedTransition, type CorrectionOptions } from '../noise/corrections';
import type { TrainingSet } from './training-set';

/** A label and its weight in a loss. */
export interface WeightedLabel {
  readonly label: number;
  readonly weight: number;
}

/** The labels of one row as a training stage sees them; `row` counts full-labelled rows first, then weak ones. */
export interface Example {
  readonly row: number;
  readonly fine?: WeightedLabel;
  readonly coarse?: WeightedLabel;
  /** The coarse label is the annotator's, so the transition matrix applies to it. */
  readonly corrected: boolean;
}

/** The full-labelled images: their fine class and their group, which follows from it; balanced over classes. */
export function fullExamples({ full, hierarchy }: TrainingSet): Example[] {
  const groups = groupsOf(hierarchy, full.labels);
  const fineWeights = classBalance(full.labels);
  const coarseWeights = classBalance(groups);
  return Array.from(full.labels, (label, row) => ({
    row,
    fine: { label, weight: fineWeights[row]! },
    coarse: { label: groups[row]!, weight: coarseWeights[row]! },
    corrected: false,
  }));
}

/** The weakly labelled images, balanced over the annotator's answers; outside answers only where T has their column. */
export function weakExamples({ full, weak, hierarchy, transition }: TrainingSet, factor = 1): Example[] {
  const classes = hierarchy.coarse.length;
  const known = transition?.columns ?? classes;
  const labels = weak.labels.map((answer) => (answer < 0 ? classes : answer));
  const weights = classBalance(labels);
  return Array.from(labels, (label, i) => ({
    row: full.rows.length + i,
    coarse: { label, weight: factor * weights[i]! },
    corrected: transition !== undefined,
  })).filter(({ coarse }) => coarse.label < known);
}

/**
 * What a network is to know of weak examples: the correction, and T of answers that are balanced as theirs are (weighing
 * answers changes T; an answer that none of them has counts 1).
 */
export function correctionOf({ weak, transition, classTransition, correction }: TrainingSet): {
  readonly transition: Matrix | undefined;
  readonly options: CorrectionOptions;
} {
  if (!transition) return { transition, options: {} };
  const labels = weak.labels.map((answer) => (answer < 0 ? transition.rows : answer));
  const balance = classBalance(labels);
  const weights = new Float64Array(transition.columns).fill(1);
  labels.forEach((label, i) => (weights[label] = balance[i]!));
  return {
    transition: weighedTransition(transition, weights),
    options: {
      ...(correction && { correction }),
      ...(classTransition && { classTransition: weighedTransition(classTransition, weights) }),
    },
  };
}

/** One weight a label: inverse to its class's count, mean 1 over the labels. */
export function classBalance(labels: Int32Array): Float64Array {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Float64Array.from(labels, (label) => labels.length / (counts.size * counts.get(label)!));
}
