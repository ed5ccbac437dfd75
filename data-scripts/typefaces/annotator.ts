import type { Images } from '../../lib/data/dataset';
import type { Engine } from '../../lib/engine/engine';
import { matrix, row, type Matrix } from '../../lib/engine/matrix';
import { fisherVectors, fitFisherVectors } from '../../inputs/features/fisher-vectors';
import type { Random } from '../../lib/random';
import { trainClassifier, type Classifier, type TrainingOptions } from './classifier';
import type { Genre } from './families';
import type { Face } from './fonts';
import { drawPictures, type Order } from './pictures';
import { dataConditions, wideConditions } from './render';

/** Pictures of each auxiliary style under either conditions; rarer genres get more, so that none is drowned. */
const PICTURES = 12;
const share: Record<Genre, number> = { serif: 1.4, slab: 5, sans: 1, mono: 2 };

/** Networks that answer for the groups together. */
const ENSEMBLE = 3;

const training: TrainingOptions = {
  hidden: 256,
  epochs: 20,
  batch: 128,
  learningRate: 3e-3,
  weightDecay: 1e-3,
  inputDropout: 0.3,
  dropout: 0.3,
  labelSmoothing: 0.1,
};
const styleTraining: TrainingOptions = { ...training, epochs: 12 };

/** What the stand-in annotator says of images. */
export interface StandIn {
  /** [n, C] probabilities of the coarse classes, in the order of `groups`. */
  coarse(images: Images): Promise<Matrix>;
  /** [n, specimens] how alike each image and each specimen are, -1 to 1. */
  similarity(images: Images, specimens: Images): Promise<Matrix>;
}

/**
 * The stand-in annotator (simulated VLM): small networks on Fisher vectors, both learnt from pictures of auxiliary
 * families only, none of which is in the data set. It has to name groups and styles of families it never saw, as a
 * vision-language model does, and so errs as one does: by class, not by chance.
 *
 * Groups are named by an ensemble. Images are compared by how much each looks like each auxiliary style: the cosine
 * between their log probabilities by a network that tells those styles apart.
 */
export async function trainStandIn(
  faces: readonly Face[],
  groups: readonly string[],
  words: readonly string[],
  engine: Engine,
  random: Random,
  say: (message: string) => void,
): Promise<StandIn> {
  const orders = faces.flatMap((face, f) =>
    [dataConditions, wideConditions].flatMap((conditions, kind) =>
      Array.from({ length: Math.round(PICTURES * share[face.genre]) }, (_, n): Order => {
        return { face, conditions, random: random.stream('picture', f, kind, n) };
      }),
    ),
  );
  say(`drawing ${orders.length} pictures of ${faces.length} auxiliary styles`);
  const images = drawPictures(orders, words);
  say('describing them by Fisher vectors');
  const model = await fitFisherVectors(images, engine, random.stream('fisher'));
  const describe = (some: Images): Promise<Matrix> => fisherVectors(some, model, engine);
  const vectors = await describe(images);

  const groupLabels = Int32Array.from(orders, ({ face }) => groups.indexOf(face.group));
  const ensemble: Classifier[] = [];
  for (let n = 0; n < ENSEMBLE; n++) {
    say(`training network ${n + 1} of ${ENSEMBLE} on the groups`);
    const stream = random.stream('network', n);
    ensemble.push(await trainClassifier(vectors, groupLabels, groups.length, training, engine, stream));
  }
  say('training a network on the auxiliary styles');
  const styleLabels = Int32Array.from(orders, ({ face }) => faces.indexOf(face));
  const styles = await trainClassifier(
    vectors,
    styleLabels,
    faces.length,
    styleTraining,
    engine,
    random.stream('styles'),
  );

  return {
    coarse: async (some) => {
      const described = await describe(some);
      return mean(await Promise.all(ensemble.map((network) => network(described))));
    },
    similarity: async (some, specimens) => {
      const [a, b] = [await styles(await describe(some)), await styles(await describe(specimens))];
      return engine.product(unitLogs(a), unitLogs(b), { transposeB: true });
    },
  };
}

function mean(all: readonly Matrix[]): Matrix {
  const out = matrix(all[0]!.rows, all[0]!.columns);
  for (const { data } of all) data.forEach((value, i) => (out.data[i]! += value / all.length));
  return out;
}

/** Logarithms of probabilities (at least 1e-6), each row brought to length 1. */
function unitLogs(probabilities: Matrix): Matrix {
  const out = matrix(
    probabilities.rows,
    probabilities.columns,
    probabilities.data.map((p) => Math.log(p + 1e-6)),
  );
  for (let i = 0; i < out.rows; i++) {
    const line = row(out, i);
    const length = Math.sqrt(line.reduce((sum, value) => sum + value * value, 0));
    for (let j = 0; j < line.length; j++) line[j]! /= length;
  }
  return out;
}
