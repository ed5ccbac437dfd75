import { define } from '../choices/choices';
import { choice, count, type Options } from '../choices/options';
import type { Dataset } from '../data/dataset';
import { check } from '../errors';
import type { FittedModel, Learner, LearningTask } from './learner';
import { dropoutMembers } from './members';
import { networkFactory, trainers, type TrainerName } from './network-factory';
import { train, type NetworkFactory } from './trainer';
import { defaultTraining, trainingOptions, type TrainingOptions } from './training-options';
import { imageNumbers, vitNetworkFactory } from './vit/factory';
import { vitTrainingOptions, type VitTrainingOptions } from './vit/options';

export interface NetworkLearnerOptions {
  /**
   * `fast`: typed arrays; `tfjs`: the reference, on whatever backend TensorFlow.js has; `vit`: that on a vision
   * transformer which is trained as well, from its pre-trained state in every round, on the images themselves.
   */
  readonly trainer?: TrainerName;
  readonly training?: Partial<TrainingOptions>;
  /** What `vit` trains, and how. */
  readonly vit?: Partial<VitTrainingOptions>;
}

/** The network learner with every default filled in: what its results depend on. */
export function networkSettings({ trainer = 'fast', training, vit }: NetworkLearnerOptions) {
  check(trainers.includes(trainer), `Unexpected trainer: "${trainer}"; expected one of ${trainers.join(', ')}`);
  return {
    training: trainer === 'vit' ? vitTraining(training) : trainingOptions(training),
    trainer,
    ...(trainer === 'vit' && { vit: vitTrainingOptions(vit) }),
  };
}

/** The two-head network, trained from scratch on every task (arXiv 2605.00480 and 2503.06517, section 3). */
export function networkLearner(options: NetworkLearnerOptions = {}, name = 'network'): Learner {
  const { trainer, training, vit } = networkSettings(options);
  const { dropout: rate } = training;
  let vitFactory: NetworkFactory | undefined;
  const fit = async (task: LearningTask): Promise<FittedModel> => {
    const { engine, random, checkpoints, coarseHead, steps = training.steps } = task;
    const createNetwork = trainer === 'vit' ? vitFactory! : networkFactory(trainer, engine);
    const tools = { engine, createNetwork, ...(checkpoints && { checkpoints }) };
    const model = await train(task, { ...training, coarseHead, steps }, random, tools);
    return {
      engine: model.engine,
      predict: (inputs) => model.predict(inputs),
      members: (inputs, count, draw) => dropoutMembers(model, inputs, { count, rate }, draw, engine),
      dispose: () => model.dispose(),
    };
  };
  if (trainer !== 'vit') return { name, fit };
  const inputs = async (data: Dataset) => {
    check(
      [data.pool, data.test].every(({ images, files }) => images ?? files),
      `Trainer "vit" learns from images, but data set "${data.name}" has none; take trainer "fast"`,
    );
    vitFactory = await vitNetworkFactory(data, vit!, training);
    return imageNumbers(data);
  };
  return { name, fit, inputs };
}

/** Whitening and input noise are for features; batches are those that a graphics card holds (our choice). */
function vitTraining(training: Partial<TrainingOptions> | undefined): TrainingOptions {
  const options = trainingOptions({ whitening: false, inputNoise: 0, batchSize: 32, learningRate: 1e-3, ...training });
  check(
    options.whitening === false && options.inputNoise === 0,
    'Trainer "vit" takes images: training.whitening must be false and training.inputNoise 0',
  );
  return options;
}

const options = {
  trainer: choice<TrainerName>(trainers, 'fast', 'typed arrays, TensorFlow.js, or a vision transformer as well'),
  hidden: count(defaultTraining.hidden, 1, 'width of the shared layer'),
  steps: count(defaultTraining.steps, 1, 'steps of each stage of training'),
  components: count(defaultTraining.components, 1, 'leading components of wider features that are whitened'),
} satisfies Options;

/** The two-head network as a choice; all of its options: `training` of a session, a grid or an experiment. */
export const network = define<Learner, typeof options>('learner', {
  name: 'network',
  description: 'one shared layer and two heads on whitened features, trained from scratch each round',
  source: 'ISOAL, CVPR 2025, arXiv 2503.06517',
  options,
  create: ({ trainer, ...training }) => networkLearner({ trainer, training }),
});
