import { vitTrainingOptions, type VitTrainingOptions } from '../../fine-tuning/options';
import { vitTrainer } from '../../fine-tuning/trainer';
import { define } from '../choices/choices';
import { choice, count, type Options } from '../choices/options';
import { check } from '../errors';
import type { Learner } from '../model/learner';
import { networkFactory, trainers, type TrainerName } from '../model/network-factory';
import { networkLearner } from '../model/network-learner';
import { defaultTraining, trainingOptions, type TrainingOptions } from '../model/training-options';

export interface NetworkOptions {
  /**
   * `fast`: typed arrays; `tfjs`: the reference, on whatever backend TensorFlow.js has; `vit`: that on a vision
   * transformer which is trained as well, from its pre-trained state in every round, on the images themselves.
   */
  readonly trainer?: TrainerName;
  readonly training?: Partial<TrainingOptions>;
  /** What `vit` trains, and how. */
  readonly vit?: Partial<VitTrainingOptions>;
}

/** The network learner, and its settings with every default filled in: what its results depend on. */
export function chosenNetwork({ trainer = 'fast', training, vit }: NetworkOptions) {
  check(trainers.includes(trainer), `Unexpected trainer: "${trainer}"; expected one of ${trainers.join(', ')}`);
  if (trainer === 'vit') {
    const options = vitTrainingOptions(vit);
    const chosen = vitTrainer(training, options);
    const settings = { name: 'network', training: chosen.training, trainer, vit: options };
    return { value: networkLearner(chosen), settings };
  }
  const complete = trainingOptions(training);
  const value = networkLearner({
    training: complete,
    createNetwork: (engine) => networkFactory(trainer, engine),
  });
  return { value, settings: { name: 'network', training: complete, trainer } };
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
  create: ({ trainer, ...training }) => chosenNetwork({ trainer, training }).value,
});
