import { noLabels } from '../../lib/model/training-set';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { main } from '../../data-scripts/cli/command';
import type { Dataset } from '../../lib/data/dataset';
import { loadDataset } from '../../inputs/datasets/registry';
import { createEngine } from '../../lib/engine';
import { argmaxRows, row, takeRows, type Matrix } from '../../lib/engine/matrix';
import { features } from '../../inputs/features/store';
import type { Learner } from '../../lib/model/learner';
import { lda, mixture } from '../../lib/model/mixture';
import { nearestMean } from '../../lib/model/nearest-mean';
import type { AnswerSet } from '../../lib/noise/said';
import { createRandom } from '../../lib/random';

/**
 * How well each learner does with full labels drawn at random, without and with an annotator's answers to the whole pool:
 * fine test accuracy in percent by number of labels, mean over the seeds; below it how well its probabilities are calibrated, on
 * the test images and in what is known of the pool's unlabelled ones: mean log-probability of the true class in nats, and
 * the expected calibration error in points (15 bins of equal width, Guo et al., ICML 2017). The answers are the data
 * set's own, or those of a file of lists of names by image file, best first. Nothing is tuned on the test images.
 */
const usage =
  'npx tsx test/bench/learners-study.ts [--dataset typefaces] [--extractor fisher] [--answers FILE.json]\n' +
  '       [--labels 100,200,300,400,500,600] [--seeds 2] [--learners nearest-mean,lda,mixture,mixture+fine,...]';

async function study(): Promise<void> {
  const { values } = parseArgs({
    options: {
      dataset: { type: 'string', default: 'typefaces' },
      extractor: { type: 'string', default: 'fisher' },
      answers: { type: 'string' },
      labels: { type: 'string', default: '100,200,300,400,500,600' },
      seeds: { type: 'string', default: '2' },
      learners: { type: 'string' },
    },
  });
  const data = await loadDataset(values.dataset);
  const { pool, test, extractor } = await features(data, { extractor: values.extractor });
  const engine = await createEngine();
  const rows = Int32Array.from(data.pool.fine.keys());
  const said = values.answers ? namedAnswers(data, values.answers) : recordedAnswers(data);
  const of = (...levels: (keyof typeof said)[]): AnswerSet => ({
    rows,
    ...Object.fromEntries(levels.map((level) => [level, said[level]])),
  });
  const arms: Record<string, { learner: Learner; answers?: AnswerSet }> = {
    'nearest-mean': { learner: nearestMean() },
    lda: { learner: lda() },
    mixture: { learner: mixture() },
    ...(said.coarse && { 'mixture+coarse': { learner: mixture(), answers: of('coarse') } }),
    ...(said.fine && { 'mixture+fine': { learner: mixture(), answers: of('fine') } }),
    ...(said.fine && said.coarse && { 'mixture+both': { learner: mixture(), answers: of('fine', 'coarse') } }),
    ...(said.ranked && { 'mixture+ranked': { learner: mixture(), answers: of('ranked') } }),
    ...(said.probabilities && { 'mixture+probabilities': { learner: mixture(), answers: of('probabilities') } }),
  };
  const names = values.learners?.split(',') ?? Object.keys(arms);
  const sizes = values.labels.split(',').map(Number);
  console.log(`${data.title}; ${extractor}; ${values.seeds} seeds; fine test accuracy in percent\n`);
  console.log(`| learner | ${sizes.join(' | ')} | s a fit |\n|---|${sizes.map(() => '---|').join('')}---|`);
  for (const name of names) {
    const { learner, answers } = arms[name]!;
    let [seconds, fits] = [0, 0];
    const results: Quality[] = [];
    for (const size of sizes) {
      const sum: Quality = {};
      for (let seed = 0; seed < Number(values.seeds); seed++) {
        const random = createRandom(seed).stream('learners study');
        const drawn = random.stream('labels').permutation(pool.rows).slice(0, size);
        const full = { rows: drawn, labels: drawn.map((i) => data.pool.fine[i]!) };
        const start = performance.now();
        const model = await learner.fit({
          hierarchy: data.hierarchy,
          features: pool,
          full,
          weak: noLabels,
          coarseHead: 'none',
          engine,
          random,
          ...(answers && { answers }),
        });
        seconds += (performance.now() - start) / 1000;
        fits++;
        add(sum, 'test', quality((await model.predict(test)).fine, data.test.fine));
        if (model.posterior) {
          const labelled = new Set(drawn);
          const others = rows.filter((i) => !labelled.has(i));
          add(sum, 'pool', quality(takeRows(model.posterior, others), takeLabels(data.pool.fine, others)));
        }
        model.dispose();
      }
      results.push(sum);
    }
    const cells = (of: string, digits: number): string =>
      results.map((sum) => (sum[of]! / Number(values.seeds)).toFixed(digits)).join(' | ');
    console.log(`| ${name} | ${cells('test right', 1)} | ${(seconds / fits).toFixed(2)} |`);
    for (const of of ['test', 'pool'])
      if (`${of} right` in results[0]!)
        console.log(
          `| - ${of}: log-probability | ${cells(`${of} log`, 3)} | |\n| - ${of}: calibration error | ${cells(`${of} error`, 1)} | |`,
        );
  }
}

type Quality = Record<string, number>;

function add(sum: Quality, of: string, found: Quality): void {
  for (const [name, value] of Object.entries(found)) sum[`${of} ${name}`] = (sum[`${of} ${name}`] ?? 0) + value;
}

const takeLabels = (labels: Int32Array, rows: Int32Array): Int32Array => rows.map((i) => labels[i]!);

/** Percent right, mean log-probability of the true class, and expected calibration error in points. */
function quality(p: Matrix, truth: Int32Array): Quality {
  const named = argmaxRows(p);
  const gaps = new Float64Array(15);
  let [right, log] = [0, 0];
  named.forEach((k, i) => {
    const sure = row(p, i)[k]!;
    right += Number(k === truth[i]);
    log += Math.log(Math.max(row(p, i)[truth[i]!]!, 1e-12));
    gaps[Math.min(14, Math.floor(sure * 15))]! += sure - Number(k === truth[i]);
  });
  const error = gaps.reduce((sum, gap) => sum + Math.abs(gap), 0);
  return { right: (100 * right) / p.rows, log: log / p.rows, error: (100 * error) / p.rows };
}

type Said = Omit<AnswerSet, 'rows'>;

function recordedAnswers({ answers }: Dataset): Said {
  return {
    ...(answers && { coarse: answers.coarse }),
    ...(answers?.fine && { fine: answers.fine }),
    ...(answers?.probabilities && { probabilities: answers.probabilities }),
  };
}

/** {"00001.jpg": ["name", ...]}: joined by the number or name in the file's name; the group is read off the first name. */
function namedAnswers({ pool, hierarchy }: Dataset, file: string): Said {
  const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const classes = new Map(hierarchy.fine.map((name, k) => [plain(name), k]));
  const key = (name: string): string =>
    path
      .basename(name)
      .replace(/\.[^.]*$/, '')
      .replace(/^image_/, '');
  const given = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string[]>;
  const lists = new Map(Object.entries(given).map(([name, list]) => [key(name), list]));
  const ranked = pool.files!.paths.map((name) =>
    Int32Array.from(lists.get(key(name)) ?? [], (answer) => classes.get(plain(answer)) ?? -1),
  );
  const fine = Int32Array.from(ranked, (list) => list[0] ?? -2);
  return { ranked, fine, coarse: fine.map((k) => (k < 0 ? k : hierarchy.groupOf[k]!)) };
}

main(usage, study);
