import { describedImages } from '../../labelling/described';
import type { Project } from '../../labelling/project';
import { createEngine } from '../../lib/engine';
import { takeRows } from '../../lib/engine/matrix';
import { check } from '../../lib/errors';
import { createLearner } from '../../lib/rounds/learners';
import { accuracy } from '../../lib/model/trainer';
import { noLabels } from '../../lib/model/training-set';
import { estimateTransition } from '../../lib/noise/transition-matrix';
import { createRandom } from '../../lib/random';
import type { UnlabelledFolder } from './example-folder';
import type { LineSeries } from './figures';

/** Random choices that the curve is compared with. */
const DRAWS = 5;
/** A point of the curve after so many labels. */
const STEP = 5;

/**
 * What a person's labels are worth, where the truth is known: how they name the groups beside the annotator on the same images
 * (as T), and how a model of them does on all other images, beside one of as many images drawn at random and labelled rightly.
 * @throws InputError for fewer labels than five.
 */
export async function ownLabels(project: Project, { data, rows }: UnlabelledFolder) {
  const said = project.images.flatMap((image, at) => {
    const { holds, decided } = project.verdict(image);
    return holds && 'fine' in holds ? [{ at, row: rows.get(image)!, fine: holds.fine, when: decided!.at }] : [];
  });
  said.sort((a, b) => (a.when < b.when ? -1 : a.when > b.when ? 1 : a.at - b.at));
  check(said.length >= STEP, `${said.length} labels tell nothing yet; label at least ${STEP} images`);
  const { fine, groupOf } = data.hierarchy;
  const group = (k: number): number => groupOf[k]!;
  const groups = Int32Array.from(said, ({ row }) => group(data.pool.fine[row]!));
  const T = (answers: Int32Array) => estimateTransition({ groups, answers }, data.hierarchy.coarse.length);
  const mine = T(Int32Array.from(said, (one) => group(fine.indexOf(one.fine))));
  const annotator = T(Int32Array.from(said, ({ row }) => data.answers!.coarse[row]!));

  const { hierarchy } = project.data;
  const features = await describedImages(project.setup, project.out, () => {});
  const classOf = (name: string): number => hierarchy.fine.indexOf(name);
  const truth = Int32Array.from(project.images, (image) => classOf(fine[data.pool.fine[rows.get(image)!]!]!));
  const engine = await createEngine();
  const accuracyAfter = async (labelled: readonly (readonly [at: number, label: number])[]): Promise<number> => {
    const full = { rows: Int32Array.from(labelled, ([at]) => at), labels: Int32Array.from(labelled, ([, k]) => k) };
    const task = {
      hierarchy,
      features,
      full,
      weak: noLabels,
      coarseHead: 'none' as const,
      engine,
      random: createRandom(0),
    };
    const model = await createLearner('lda').fit(task);
    const others = [...truth.keys()].filter((at) => !full.rows.includes(at));
    const { fine: p } = await model.predict(takeRows(features, others));
    model.dispose();
    return (
      100 *
      accuracy(
        p,
        Int32Array.from(others, (at) => truth[at]!),
      )
    );
  };
  const counts = Array.from({ length: Math.floor(said.length / STEP) }, (_, i) => STEP * (i + 1));
  const given = said.map((one) => [one.at, classOf(one.fine)] as const);
  const drawn = Array.from({ length: DRAWS }, (_, draw) =>
    Array.from(createRandom(draw).stream('own labels').permutation(truth.length), (at) => [at, truth[at]!] as const),
  );
  const line = async (name: string, orders: readonly (typeof given)[]): Promise<LineSeries> => {
    const points = [];
    for (const x of counts) {
      const values: number[] = [];
      for (const order of orders) values.push(await accuracyAfter(order.slice(0, x)));
      points.push({ x, values });
    }
    return { name, points };
  };
  return {
    labels: said.length,
    matrices: [
      { name: 'you', T: mine },
      { name: 'the annotator', T: annotator },
    ],
    series: [await line('your labels', [given]), await line('random', drawn)],
  };
}
