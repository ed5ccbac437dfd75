import type { Images } from '../../lib/datasets/dataset';
import type { Engine } from '../../lib/engine/engine';
import { matrix, row, type Matrix } from '../../lib/engine/matrix';
import { fisherVectors, fitFisherVectors } from '../../lib/features/fisher-vectors';
import type { Random } from '../../lib/random';
import { trainClassifier, type Classifier, type TrainingOptions } from './classifier';
import type { Genre } from './families';
import type { Face } from './fonts';
import { drawPictures, type Order } from './pictures';
import { dataConditions, wideConditions } from './render';

/** Pictures of each auxiliary style under either conditions; rarer genres get more, so that none is drowned. */
const PICTURES = 12;
const share: Record<Genre, number> = { serif: 1.4, slab: 5, sans: 1, mono: 2 };
const NETWORKS = 3;

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

/** What the stand-in annotator says of some images. */
export interface StandIn {
  /** [n, C] probabilities of the coarse classes, in the order of `groups`. */
  coarse(images: Images): Promise<Matrix>;
  /** [n, specimens] how alike the networks find each image and each specimen: cosine of their hidden layers. */
  similarity(images: Images, specimens: Images): Promise<Matrix>;
}

/**
 * The stand-in annotator (simulated VLM): an ensemble of small networks on Fisher vectors, both learnt from pictures of
 * auxiliary families only, none of which is in the data set. It has to name groups and styles of families it never saw,
 * as a vision-language model does, and so errs as one does: by class, not by chance.
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
  const labels = Int32Array.from(orders, ({ face }) => groups.indexOf(face.group));
  const networks: Classifier[] = [];
  for (let n = 0; n < NETWORKS; n++) {
    say(`training network ${n + 1} of ${NETWORKS}`);
    const stream = random.stream('network', n);
    networks.push(await trainClassifier(vectors, labels, groups.length, training, engine, stream));
  }
  const predict = async (some: Images): Promise<{ hidden: Matrix; probabilities: Matrix }> => {
    const described = await describe(some);
    return ensemble(await Promise.all(networks.map((network) => network.predict(described))));
  };
  return {
    coarse: async (some) => (await predict(some)).probabilities,
    similarity: async (some, specimens) => {
      const [a, b] = [(await predict(some)).hidden, (await predict(specimens)).hidden];
      return engine.product(unitRows(a), unitRows(b), { transposeB: true });
    },
  };
}

/** Hidden layers beside one another, probabilities averaged. */
function ensemble(members: { hidden: Matrix; probabilities: Matrix }[]): { hidden: Matrix; probabilities: Matrix } {
  const { rows } = members[0]!.hidden;
  const hidden = matrix(
    rows,
    members.reduce((sum, member) => sum + member.hidden.columns, 0),
  );
  let column = 0;
  for (const { hidden: part } of members) {
    for (let i = 0; i < rows; i++) hidden.data.set(row(part, i), i * hidden.columns + column);
    column += part.columns;
  }
  const probabilities = matrix(rows, members[0]!.probabilities.columns);
  for (const member of members)
    member.probabilities.data.forEach((p, i) => (probabilities.data[i]! += p / members.length));
  return { hidden, probabilities };
}

function unitRows(a: Matrix): Matrix {
  const out = matrix(a.rows, a.columns, a.data.slice());
  for (let i = 0; i < a.rows; i++) {
    const line = row(out, i);
    const length = Math.hypot(...line) || 1;
    for (let j = 0; j < line.length; j++) line[j]! /= length;
  }
  return out;
}
