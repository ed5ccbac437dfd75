import type { Engine } from '../engine';
import type { FittedModel, Learner, LearningTask } from './learner';
import { dropoutMembers } from './members';
import { train, type NetworkFactory } from './trainer';
import type { TrainingOptions } from './training-options';

/** What a network learner is made of: how it is trained, and by what. */
export interface NetworkTrainer {
  readonly training: TrainingOptions;
  /** Makes the networks; asked for after `inputs`, where there is that. */
  createNetwork(engine: Engine): NetworkFactory;
  readonly inputs?: Learner['inputs'];
}

/** The two-head network, trained from scratch on every task (arXiv 2605.00480 and 2503.06517, section 3). */
export function networkLearner(trainer: NetworkTrainer, name = 'network'): Learner {
  const { training, inputs } = trainer;
  const { dropout: rate } = training;
  const fit = async (task: LearningTask): Promise<FittedModel> => {
    const { engine, random, checkpoints, coarseHead, steps = training.steps } = task;
    const tools = { engine, createNetwork: trainer.createNetwork(engine), ...(checkpoints && { checkpoints }) };
    const model = await train(task, { ...training, coarseHead, steps }, random, tools);
    return {
      engine: model.engine,
      predict: (inputs) => model.predict(inputs),
      members: (inputs, count, draw) => dropoutMembers(model, inputs, { count, rate }, draw, engine),
      dispose: () => model.dispose(),
    };
  };
  return { name, fit, ...(inputs && { inputs }) };
}
