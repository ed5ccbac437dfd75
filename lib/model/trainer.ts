import { groupsOf } from '../data/hierarchy';
import type { Engine } from '../engine/engine';
import { argmaxRows, takeRows, type Matrix } from '../engine/matrix';
import { check } from '../errors';
import { whitenWithinClasses } from '../engine/whitening';
import type { Random } from '../random';
import { BatchSource, type Part } from './batches';
import { Checkpoints, type BestState, type CheckpointOptions } from './checkpoints';
import { correctionOf, fullExamples, weakExamples, type Example } from './examples';
import { TrainedModel } from './trained-model';
import type { Network, NetworkShape, Parameters } from './network';
import type { TrainingOptions } from './training-options';
import { noLabels, type TrainingSet } from './training-set';

/** Makes an untrained network; which of the two implementations is the caller's choice. */
export type NetworkFactory = (shape: NetworkShape) => Promise<Network>;

/** What training computes with. */
export interface TrainingTools {
  readonly engine: Engine;
  readonly createNetwork: NetworkFactory;
  /** Where a training of networks that are slow leaves its state. */
  readonly checkpoints?: CheckpointOptions;
}

/**
 * Trains the two-head network from scratch on the labels in `set`, as ISOAL trains (arXiv 2503.06517): inputs whitened by the
 * full-labelled rows, then by default the coarse head on every label, then the fine head on the full ones, each kept
 * in its best validation state, or its last one where no images are set aside for validation. The same `random` gives the same weights.
 * @throws InputError without any full label: there would be nothing to learn the fine classes from.
 */
export async function train(
  set: TrainingSet,
  options: TrainingOptions,
  random: Random,
  { engine, createNetwork, checkpoints: where }: TrainingTools,
): Promise<TrainedModel> {
  check(set.full.rows.length > 0, 'Training needs at least one full label; got none');
  const whitening =
    options.whitening === false
      ? undefined
      : await whitenWithinClasses(engine, set.features, set.full, options.whitening, options.components);
  const inputs = set.inputs ?? set.features;
  const validation = set.validation && (set.validation.inputs ?? set.validation.features);
  const labelled = takeRows(inputs, [...set.full.rows, ...set.weak.rows]);
  const data = {
    inputs: whitening ? await whitening.apply(labelled) : labelled,
    validation: whitening && validation ? await whitening.apply(validation) : validation,
  };
  const shape: NetworkShape = {
    features: data.inputs.columns,
    hidden: options.hidden,
    fine: set.hierarchy.fine.length,
    coarse: set.hierarchy.coarse.length,
    ...(options.tied && { tiedTo: set.hierarchy.groupOf }),
  };
  const network = await createNetwork(shape);
  const { transition, options: correction } = correctionOf(set);
  network.setTransition(transition, correction);
  network.load(initialParameters(network.shape, random.stream('init')));
  const checkpoints = Checkpoints.of(where, network, { set, options, random, data });
  const training = new Training(network, set, options, random, data, checkpoints);
  const states = options.schedule === 'joint' ? await training.joint() : await training.sequential();
  await checkpoints?.remove();
  return new TrainedModel(network, whitening, { ...states, hierarchy: set.hierarchy });
}

interface Stage {
  readonly name: string;
  readonly parts: readonly Part[];
  /** The head whose validation accuracy chooses the state. */
  readonly head: 'fine' | 'coarse';
}

class Training {
  constructor(
    private readonly network: Network,
    private readonly set: TrainingSet,
    private readonly options: TrainingOptions,
    private readonly random: Random,
    private readonly data: { readonly inputs: Matrix; readonly validation: Matrix | undefined },
    private readonly checkpoints: Checkpoints | undefined,
  ) {}

  async sequential(): Promise<{ fine: BestState; coarse?: BestState }> {
    const full = fullExamples(this.used);
    let coarse: BestState | undefined;
    if (this.options.coarseHead !== 'none') {
      const examples = [...full, ...weakExamples(this.used, this.weakShare)];
      coarse = await this.run({ name: 'coarse', parts: [this.part(examples, 0, 1)], head: 'coarse' });
      this.network.load(coarse.parameters);
    }
    const fine = await this.run({ name: 'fine', parts: [this.part(full, 1, 0)], head: 'fine' });
    return { fine, ...(coarse && { coarse }) };
  }

  /** Both losses in every step; half of each batch are full-labelled rows, half weak ones. */
  async joint(): Promise<{ fine: BestState; coarse?: BestState }> {
    const { coarseHead, trustedCoarseWeight, batchSize } = this.options;
    const weak = weakExamples(this.used);
    const half = weak.length ? Math.ceil(batchSize / 2) : batchSize;
    const parts = [this.part(fullExamples(this.used), 1, coarseHead === 'none' ? 0 : trustedCoarseWeight, half)];
    if (weak.length) parts.push(this.part(weak, 0, this.weakShare, batchSize - half));
    const fine = await this.run({ name: 'joint', parts, head: 'fine' });
    return { fine, ...(coarseHead !== 'none' && { coarse: fine }) };
  }

  /** The weak labels' weight, after the guard; 0 where they are not to be used. */
  private get weakShare(): number {
    return this.options.coarseHead === 'weak' ? this.options.weakWeight * (this.set.weakTrust ?? 1) : 0;
  }

  /** The labels without those that count nothing. */
  private get used(): TrainingSet {
    return this.weakShare > 0 ? this.set : { ...this.set, weak: noLabels };
  }

  private part(examples: Example[], fineShare: number, coarseShare: number, size = this.options.batchSize): Part {
    return { examples, size: Math.min(size, examples.length), fineShare, coarseShare };
  }

  /**
   * Adam with half a cosine of learning rate; returns the state that did best on the validation images. Without any it is
   * the last: the learning rate has then fallen to 0, and on typefaces it is no worse (README).
   */
  private async run({ name, parts, head }: Stage): Promise<BestState> {
    const { network, options } = this;
    const source = new BatchSource(this.data.inputs, parts, options, this.random.stream(name));
    const every = Math.max(1, Math.floor(options.steps / options.evaluations));
    const left = await this.checkpoints?.resume(name);
    let { step, worse, best }: { step: number; worse: number; best?: BestState } = left ?? { step: 0, worse: 0 };
    for (let i = 0; i < step; i++) source.next(); // so that the batches to come are the same
    for (; step < options.steps && worse <= options.patience; step++) {
      const decay = 0.5 * (1 + Math.cos((Math.PI * step) / options.steps));
      await network.step(source.next(), options.learningRate * decay);
      const isLast = step + 1 === options.steps;
      if (isLast || (this.data.validation && (step + 1) % every === 0)) {
        const accuracy = await this.validationAccuracy(head);
        if (!best || accuracy >= best.accuracy) {
          best = { parameters: network.parameters(), accuracy };
          worse = 0;
        } else worse++;
      }
      this.checkpoints?.save(name, { step: step + 1, worse, ...(best && { best }) });
    }
    return best!;
  }

  /** NaN without validation images. */
  private async validationAccuracy(head: 'fine' | 'coarse'): Promise<number> {
    if (!this.set.validation || !this.data.validation) return NaN;
    const { fine } = this.set.validation;
    const truth = head === 'fine' ? fine : groupsOf(this.set.hierarchy, fine);
    return share(await this.network.classify(this.data.validation, head), truth);
  }
}

/**
 * Share of rows whose largest probability is at the true class; 0 for no rows.
 * @example
 * accuracy(matrix(2, 2, Float32Array.of(0.9, 0.1, 0.3, 0.7)), Int32Array.of(0, 0)); // 0.5
 */
export function accuracy(probabilities: Matrix, truth: Int32Array): number {
  return share(argmaxRows(probabilities), truth);
}

/** Share of rows whose label is the true one; 0 for no rows. */
function share(labels: Int32Array, truth: Int32Array): number {
  const right = labels.reduce((sum, label, i) => sum + (label === truth[i] ? 1 : 0), 0);
  return truth.length ? right / truth.length : 0;
}

/** Mean over the rows of the probability at the true class; 0 for no rows. */
export function meanTrueProbability(probabilities: Matrix, truth: Int32Array): number {
  const sum = truth.reduce((total, label, i) => total + probabilities.data[i * probabilities.columns + label]!, 0);
  return truth.length ? sum / truth.length : 0;
}

/** Weights uniform in +-1/sqrt(inputs), as PyTorch's linear layers start; biases 0. */
export function initialParameters(
  { features, hidden, fine, coarse, tiedTo }: NetworkShape,
  random: Random,
): Parameters {
  const uniform = (inputs: number, outputs: number): Float32Array => {
    const bound = 1 / Math.sqrt(inputs);
    return Float32Array.from({ length: inputs * outputs }, () => bound * (2 * random.uniform() - 1));
  };
  const coarseUnits = tiedTo ? 0 : coarse;
  return {
    shared: uniform(features, hidden),
    sharedBias: new Float32Array(hidden),
    fine: uniform(hidden, fine),
    fineBias: new Float32Array(fine),
    coarse: uniform(hidden, coarseUnits),
    coarseBias: new Float32Array(coarseUnits),
  };
}
