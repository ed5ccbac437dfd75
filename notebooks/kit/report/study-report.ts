import { freeLabelsNote, improvementNote } from '../profiles';
import { atWeakPrice, mean, summaryRows, weakPricesOf } from '../../../lib/study/statistics';
import type { GridSetup } from '../../../lib/study/grid';
import { createLearner } from '../../../lib/rounds/learners';
import type { RoundRecord } from '../../../lib/rounds/record';
import { createStrategy } from '../../../lib/strategies/registry';
import { learningCurves, purchaseShares, renderFigure, type Figure, type Provenance } from '../figures';
import { choosesImageByImage, mixInWords } from '../mix';
import { curvesOf, purchasesOf } from '../records';
import { renderTable } from '../table';
import { verdict } from '../verdict';
import { renderFigures, type Finding } from './findings';
import { renderMarkdown } from './markdown';

/**
 * The findings of anybody's study, as the project's own report has them: the verdict on weak-annotator (or on the last
 * strategy, where it was not run), curves and purchases at the lowest price, the numbers.
 */
export async function studyFindings(
  records: readonly RoundRecord[],
  setup: Pick<GridSetup, 'dataset' | 'strategies' | 'learner' | 'improvement' | 'validation'>,
): Promise<Finding[]> {
  const names = [...new Set(records.map(({ strategy }) => strategy))];
  const method = names.includes('weak-annotator') ? 'weak-annotator' : names.at(-1)!;
  const seeds = [...new Set(records.map(({ seed }) => seed))];
  const rounds = new Set(records.map(({ round }) => round)).size;
  const { engine } = records[0]!;
  const provenance: Provenance = {
    dataset: setup.dataset,
    seeds,
    profile: 'experiment',
    engine,
    note: records.some(({ improvement }) => improvement) ? improvementNote(setup) : freeLabelsNote(setup),
  };
  const cost = weakPricesOf(records)[0];
  const cheapest = cost === undefined ? records : atWeakPrice(records, cost);
  const price = cost === undefined ? '' : `, weak labels at ${cost}`;
  const findings: Finding[] = [];
  if (names.length > 1) {
    const { figure, sentences } = verdict(records, method, provenance);
    const words = sentences.map((sentence) => `- ${sentence}`).join('\n');
    findings.push({
      html: `<h2>Does ${method} beat its rivals?</h2>\n${renderMarkdown(words)}\n${await draw(figure)}\n${renderMarkdown(uncertainty)}`,
    });
  }
  const title = `Learning curves${price}`;
  const curves = learningCurves({ curves: curvesOf(cheapest), provenance, title, ...controlWords(setup) });
  findings.push({ html: await draw(curves) });
  const mixed = purchasesOf(cheapest).filter(({ runs }) => mean(runs.flatMap(({ weak }) => weak)) > 0);
  if (mixed.length) {
    const isSaid = mixed.some(({ strategy }) => strategy === method) && (rounds > 1 || !choosesImageByImage(method));
    const words = isSaid ? renderMarkdown(mixInWords(cheapest, method)) : '';
    findings.push({ html: `${await draw(purchaseShares({ strategies: mixed, provenance }))}\n${words}` });
  }
  findings.push({ html: `<div class="output">${renderTable(summaryRows(records)).html}</div>` });
  return findings;
}

const uncertainty =
  '*Points of area under the learning curve; 95 % intervals by Student’s t over seeds; p after Holm’s correction over all ' +
  'comparisons at a price, “unresolved” where it is 0.05 or more.*';

/** What the dashed lines are, where not only the network has some; else what figures say of its coarse head. */
function controlWords({ learner, strategies }: Pick<GridSetup, 'learner' | 'strategies'>): { controlName?: string } {
  const learners = learner ? [learner] : strategies.map((choice) => createStrategy(choice).learner ?? 'network');
  const controlled = learners.map(createLearner).filter(({ onlyFine }) => !onlyFine);
  const isNetwork = controlled.every(({ name }) => /^network(\(|$)/.test(name));
  return isNetwork ? {} : { controlName: 'learnt from the same full labels alone' };
}

async function draw(figure: Figure): Promise<string> {
  const [wide, ...narrow] = await Promise.all([figure, ...(figure.narrow ?? [])].map(renderFigure));
  return renderFigures({ alt: wide!.text, wide: wide!.svg, narrow: narrow.map(({ svg }) => svg) });
}
