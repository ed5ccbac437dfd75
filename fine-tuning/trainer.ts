import type { Dataset } from '../lib/data/dataset';
import { check } from '../lib/errors';
import type { NetworkTrainer } from '../lib/model/network-learner';
import type { NetworkFactory } from '../lib/model/trainer';
import { trainingOptions, type TrainingOptions } from '../lib/model/training-options';
import { imageNumbers, vitNetworkFactory } from './factory';
import type { VitTrainingOptions } from './options';

/** Trains the two heads and a vision transformer below them, on the images themselves. */
export function vitTrainer(training: Partial<TrainingOptions> | undefined, vit: VitTrainingOptions): NetworkTrainer {
  const complete = vitTraining(training);
  let factory: NetworkFactory | undefined;
  const inputs = async (data: Dataset) => {
    check(
      [data.pool, data.test].every(({ images, files }) => images ?? files),
      `Trainer "vit" learns from images, but data set "${data.name}" has none; take trainer "fast"`,
    );
    factory = await vitNetworkFactory(data, vit, complete);
    return imageNumbers(data);
  };
  return { training: complete, createNetwork: () => factory!, inputs };
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
