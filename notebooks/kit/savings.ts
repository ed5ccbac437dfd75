import { atWeakPrice, savings, weakPricesOf, type Saving } from '../../lib/study/statistics';
import type { RoundRecord } from '../../lib/rounds/record';
import { forest, type Figure, type ForestPanel, type Provenance } from './figures';

/** A study whose savings are drawn: its records at several prices of a weak label. */
export interface SavingStudy {
  readonly title: string;
  readonly records: readonly RoundRecord[];
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const range = ({ interval }: Saving): string => `${percent(interval.low)} to ${percent(interval.high)}`;

/** What a method saves at each budget, at the lowest price of a weak label that the records have. */
export const savingsOf = ({ records }: SavingStudy, method: string): Saving[] =>
  savings(atWeakPrice(records, weakPricesOf(records)[0]!), method);

/** A forest plot: labels saved in percent at each budget, a panel a study. */
export function savingsFigure(
  studies: readonly SavingStudy[],
  method: string,
  provenance: Provenance,
  name = 'labels-saved',
): Figure {
  const panels = studies.map((study): ForestPanel => ({
    title: study.title,
    rows: savingsOf(study, method).map((saving) => ({
      name: `${saving.budget} units`,
      estimate: {
        mean: 100 * saving.saved,
        low: Math.min(100 * saving.interval.low, 100 * saving.saved),
        high: Math.max(100 * saving.interval.high, 100 * saving.saved),
        clear: saving.interval.low > 0 || saving.interval.high < 0,
      },
      note: saving.isBound ? 'or more' : saving.rival,
    })),
  }));
  const title = `Money that ${method} saves against its best rival, by the money it has`;
  const intervalName = '95 % bootstrap interval over seeds, the best rival chosen anew in each sample';
  return forest({
    ...{ panels, title, provenance, name, intervalName, sort: false, digits: 0 },
    valueTitle: '← rival needs less · saved (%) →',
  });
}

/**
 * "At 100 units it needs 68 % less than typiclust, its best rival there (95 % interval 60 % to 74 %); ..."; where no rival gets
 * as far within the budgets studied, "or more"; where the interval holds 0, "unresolved". No more than three budgets.
 */
export function savingsInWords(study: SavingStudy, method: string, budgets: readonly number[]): string {
  const all = savingsOf(study, method);
  const said = budgets.flatMap((budget) => {
    const saving = all.find((each) => each.budget === budget);
    if (!saving) return [];
    const { saved, rival, isBound, interval } = saving;
    const open = interval.low <= 0 && interval.high >= 0;
    const change = saved < 0 ? `${percent(-saved)} more` : `${percent(saved)}${isBound ? ' or more' : ''} less`;
    return [`at ${budget} units ${open ? 'unresolved: ' : ''}${change} than ${rival} (95 % interval ${range(saving)})`];
  });
  return `**${study.title}:** the same accuracy for ${said.join('; ')}.`;
}
