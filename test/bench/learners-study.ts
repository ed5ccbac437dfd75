import { noLabels } from '../../lib/model/training-set';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { main } from '../../data-scripts/cli/command';
import type { Dataset } from '../../lib/datasets/dataset';
import { loadDataset } from '../../lib/datasets/registry';
import { createEngine } from '../../lib/engine';
import { argmaxRows } from '../../lib/engine/matrix';
import { features } from '../../lib/features/store';
import type { Learner } from '../../lib/model/learner';
import { lda, mixture } from '../../lib/model/mixture';
import { nearestMean } from '../../lib/model/nearest-mean';
import type { AnswerSet } from '../../lib/noise/said';
import { createRandom } from '../../lib/random';

/**
 * How well each learner does with full labels drawn at random, without and with an annotator's answers to the whole pool:
 * fine test accuracy in percent by number of labels, mean over the seeds. The answers are the data set's own, or those of a
 * file of lists of names by image file, best first. Nothing is tuned on the test images.
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
    const means: string[] = [];
    for (const size of sizes) {
      let sum = 0;
      for (let seed = 0; seed < Number(values.seeds); seed++) {
        const random = createRandom(seed).stream('learners study');
        const drawn = random.stream('labels').permutation(pool.rows).slice(0, size);
        const full = { rows: drawn, labels: drawn.map((i) => data.pool.fine[i]!) };
        const start = performance.now();
        const model = await learner.fit({
          ...{ hierarchy: data.hierarchy, features: pool, full, weak: noLabels, coarseHead: 'none', engine, random },
          ...(answers && { answers }),
        });
        seconds += (performance.now() - start) / 1000;
        fits++;
        const named = argmaxRows((await model.predict(test)).fine);
        sum += named.reduce((right, k, i) => right + Number(k === data.test.fine[i]), 0) / named.length;
        model.dispose();
      }
      means.push(((100 * sum) / Number(values.seeds)).toFixed(1));
    }
    console.log(`| ${name} | ${means.join(' | ')} | ${(seconds / fits).toFixed(2)} |`);
  }
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
