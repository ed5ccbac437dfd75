import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Matrix } from '../engine/matrix';
import { encodeSafetensors, readSafetensors } from '../engine/safetensors';
import { replaceFile } from '../files';
import type { Random } from '../random';
import type { Network, NetworkState } from './network';
import type { TrainingOptions } from './training-options';
import type { TrainingSet } from './training-set';

/** Where long trainings leave their state, so that they go on after an interruption. */
export interface CheckpointOptions {
  readonly folder: string;
  /** Seconds between two of them; default 300. */
  readonly every?: number;
}

/** A head's best weights so far. */
export interface BestState {
  readonly parameters: NetworkState;
  /** On the validation images, 0..1. */
  readonly accuracy: number;
}

/** How far a stage of training has come. */
export interface StageState {
  /** Steps done. */
  readonly step: number;
  /** Evaluations since the best state. */
  readonly worse: number;
  readonly best?: BestState;
}

/**
 * The checkpoints of one training, a .safetensors file a stage: weights, Adam's moments and the best state so far. They
 * are found again by the same network, inputs, labels, options and random numbers, written whole or not at all, and removed when the
 * training is over. Only for networks that can be frozen in the middle (`snapshot`).
 */
export class Checkpoints {
  private readonly stages = new Set<string>();
  private saved = performance.now();

  private constructor(
    private readonly folder: string,
    private readonly key: string,
    private readonly every: number,
    private readonly network: Required<Pick<Network, 'snapshot' | 'restore'>>,
  ) {}

  /** Undefined where none are asked for, or the network cannot be frozen. */
  static of(
    { folder, every = 300 }: Partial<CheckpointOptions> = {},
    network: Network,
    training: KeyedTraining,
  ): Checkpoints | undefined {
    const { snapshot, restore } = network;
    if (folder === undefined || !snapshot || !restore) return undefined;
    const frozen = { snapshot: snapshot.bind(network), restore: restore.bind(network) };
    return new Checkpoints(folder, keyOf(network, training), every, frozen);
  }

  /**
   * Puts the network into the state in which this stage was left, if it was.
   * @throws InputError for a damaged file, which is to be deleted.
   */
  async resume(stage: string): Promise<StageState | undefined> {
    this.stages.add(stage);
    const file = this.file(stage);
    if (!existsSync(file)) return undefined;
    const { tensors, metadata } = await readSafetensors(file);
    const arrays = new Map([...tensors].map(([name, { data }]) => [name, data]));
    this.network.restore(part(arrays, NETWORK));
    const parameters = asState(part(arrays, BEST));
    return {
      step: Number(metadata.step),
      worse: Number(metadata.worse),
      ...(metadata.accuracy && { best: { parameters, accuracy: Number(metadata.accuracy) } }),
    };
  }

  /** Saves, if it is time to. */
  save(stage: string, { step, worse, best }: StageState): void {
    if (performance.now() - this.saved < 1000 * this.every) return;
    const arrays = [
      ...prefixed(NETWORK, this.network.snapshot()),
      ...(best ? prefixed(BEST, asArrays(best.parameters)) : []),
    ];
    const tensors = new Map(arrays.map(([name, data]) => [name, { shape: [data.length], data }]));
    const metadata = { step: String(step), worse: String(worse), ...(best && { accuracy: String(best.accuracy) }) };
    replaceFile(this.file(stage), encodeSafetensors(tensors, metadata));
    this.saved = performance.now();
  }

  /** The training is over. */
  async remove(): Promise<void> {
    for (const stage of this.stages) await rm(this.file(stage), { force: true });
  }

  private file(stage: string): string {
    return path.join(this.folder, `${this.key}-${stage}.safetensors`);
  }
}

const NETWORK = 'network/';
const BEST = 'best/';
const EXTRACTOR = 'extractor/';

/** What a training depends on besides its network. */
interface KeyedTraining {
  readonly set: TrainingSet;
  readonly options: TrainingOptions;
  readonly random: Random;
  /** What the network is fed with. */
  readonly data: { readonly inputs: Matrix; readonly validation: Matrix | undefined };
}

/** Two trainings of one key are the same training. */
function keyOf({ shape, engine, below }: Network, { set, options, random, data }: KeyedTraining): string {
  const { full, weak, transition, classTransition, correction, weakTrust, validation } = set;
  const drawn = random.stream('checkpoint').uniform();
  const numbers = [full.rows, full.labels, weak.rows, weak.labels, validation?.fine ?? []].map((list) => [...list]);
  const matrices = [transition, classTransition].map((T) => T && [...T.data]);
  const all = [shape, engine, below, options, numbers, matrices, correction, weakTrust, drawn];
  const hash = createHash('sha256').update(JSON.stringify(all));
  for (const { data: inputs } of [data.inputs, ...(data.validation ? [data.validation] : [])])
    hash.update(new Uint8Array(inputs.buffer, inputs.byteOffset, inputs.byteLength));
  return hash.digest('hex').slice(0, 16);
}

function asArrays({ extractor, ...heads }: NetworkState): Map<string, Float32Array> {
  return new Map([...Object.entries(heads), ...prefixed(EXTRACTOR, extractor ?? new Map())]);
}

function asState(arrays: ReadonlyMap<string, Float32Array>): NetworkState {
  const heads = Object.fromEntries([...arrays].filter(([name]) => !name.startsWith(EXTRACTOR)));
  const extractor = part(arrays, EXTRACTOR);
  return { ...heads, ...(extractor.size && { extractor }) } as NetworkState;
}

/** The arrays whose names begin with the prefix, without it. */
export function part(arrays: ReadonlyMap<string, Float32Array>, prefix: string): Map<string, Float32Array> {
  const inside = [...arrays].filter(([name]) => name.startsWith(prefix));
  return new Map(inside.map(([name, data]) => [name.slice(prefix.length), data]));
}

export function prefixed(prefix: string, arrays: ReadonlyMap<string, Float32Array>): [string, Float32Array][] {
  return [...arrays].map(([name, data]) => [prefix + name, data]);
}
