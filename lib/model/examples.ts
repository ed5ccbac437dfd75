import { groupsOf } from '../data/hierarchy';
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

/**
 * The full-labelled images: their fine class, balanced over classes, and their group, which follows from it, balanced as
 * {@link coarseBalance} does.
 */
export function fullExamples(set: TrainingSet): Example[] {
  const { full, hierarchy } = set;
  const groups = groupsOf(hierarchy, full.labels);
  const fineWeights = classBalance(full.labels);
  const coarseWeights = coarseBalance(set).weights;
  return Array.from(full.labels, (label, row) => ({
    row,
    fine: { label, weight: fineWeights[row]! },
    coarse: { label: groups[row]!, weight: coarseWeights[row]! },
    corrected: false,
  }));
}

/** The weakly labelled images by their answers, balanced alike; outside answers only where T has their column. */
export function weakExamples(set: TrainingSet, factor = 1): Example[] {
  const { full, weak, hierarchy, transition } = set;
  const known = transition?.columns ?? hierarchy.coarse.length;
  const { labels, weights } = coarseBalance(set);
  const first = full.rows.length;
  return Array.from(weak.rows, (_, i) => ({
    row: first + i,
    coarse: { label: labels[first + i]!, weight: factor * weights[first + i]! },
    corrected: transition !== undefined,
  })).filter(({ coarse }) => coarse.label < known);
}

/**
 * What a network is to know of weak examples: the correction, and T of answers that are balanced as theirs are (weighing
 * answers changes T; an answer that none of them has counts 1).
 */
export function correctionOf(set: TrainingSet): {
  readonly transition: Matrix | undefined;
  readonly options: CorrectionOptions;
} {
  const { full, transition, classTransition, correction } = set;
  if (!transition) return { transition, options: {} };
  const balance = coarseBalance(set);
  const weights = new Float64Array(transition.columns).fill(1);
  balance.labels
    .subarray(full.rows.length)
    .forEach((label, i) => (weights[label] = balance.weights[full.rows.length + i]!));
  return {
    transition: weighedTransition(transition, weights),
    options: {
      ...(correction && { correction }),
      ...(classTransition && { classTransition: weighedTransition(classTransition, weights) }),
    },
  };
}

/**
 * The coarse labels, the full-labelled images' groups first, then the answers, an outside one as C; and their weights,
 * balanced over both together, as ISOAL's code does.
 */
function coarseBalance({ full, weak, hierarchy }: TrainingSet): { labels: Int32Array; weights: Float64Array } {
  const answers = weak.labels.map((answer) => (answer < 0 ? hierarchy.coarse.length : answer));
  const labels = Int32Array.of(...groupsOf(hierarchy, full.labels), ...answers);
  return { labels, weights: classBalance(labels) };
}

/** One weight a label: inverse to its class's count, mean 1 over the labels. */
export function classBalance(labels: Int32Array): Float64Array {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Float64Array.from(labels, (label) => labels.length / (counts.size * counts.get(label)!));
}
