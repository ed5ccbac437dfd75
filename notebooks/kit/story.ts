import path from 'node:path';
import { repositoryRoot } from '../../lib/root';
import { atWeakPrice } from '../../lib/study/statistics';
import { learningCurves, type Figure } from './figures';
import { realStudies } from './recorded/photographs';
import { beyond } from './recorded/studies';
import { curvesOf } from './records';
import { savingsOf } from './savings';

/** Where it is committed. */
export const storyFile = path.join(repositoryRoot, 'notebooks', 'story.svg');

/** What each line is, by the study that it is of and its strategy there. */
const lines: readonly { study: '' | 'beyond'; strategy: string; name: string }[] = [
  { study: 'beyond', strategy: 'weak-annotator-plus', name: 'weak-annotator-plus' },
  { study: 'beyond', strategy: 'weak-first(first=weak)', name: 'all answers at once' },
  { study: 'beyond', strategy: 'typiclust', name: 'typiclust, same learner, no VLM' },
  { study: '', strategy: 'typiclust', name: 'typiclust, network, no VLM' },
  { study: '', strategy: 'weak-annotator', name: "weak-annotator (the paper's)" },
];

/** The paper's method, and what answers of the species bring, on the flowers: `story.svg`, the README's picture. */
export function storyFigure(): Figure {
  const [main, plus] = (['', 'beyond'] as const).map((study) =>
    realStudies(study).find(({ name }) => name === 'flowers102')!,
  );
  const curves = lines.map(({ study, strategy, name }) => {
    const records = atWeakPrice((study ? plus : main)!.records, beyond.prices.weak);
    return { strategy: name, runs: curvesOf(records.filter((record) => record.strategy === strategy))[0]!.runs };
  });
  const study = { title: plus!.title, records: plus!.records, price: beyond.prices.weak };
  const [first] = savingsOf(study, 'weak-annotator-plus', 'without the annotator');
  const engine = plus!.records[0]!.engine;
  return learningCurves({
    curves,
    title: `Asked for the species itself, a VLM makes ${first!.budget} units do what takes ${Math.round(first!.needed)} without`,
    name: 'story',
    provenance: {
      dataset: plus!.title,
      seeds: plus!.seeds,
      profile: 'recorded',
      engine,
      note: `answers at ${beyond.prices.weak}`,
    },
  });
}
