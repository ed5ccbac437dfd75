import { atWeakPrice, savings, weakPricesOf, type Saving } from '../../lib/study/statistics';
import type { RoundRecord } from '../../lib/rounds/record';
import { forest, type Figure, type ForestPanel, type Provenance } from './figures';

/** A study whose savings are drawn: its records at several prices of a weak label. */
export interface SavingStudy {
  readonly title: string;
  readonly records: readonly RoundRecord[];
}

const percent = (share: number): string => `${Math.round(100 * share)} %`.replace('-', '−');

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
      },
      note: saving.isBound ? 'or more' : saving.rival,
    })),
  }));
  const title = `What ${method} saves: the money that its best rival needs more, by what it has`;
  const intervalName = '95 % bootstrap interval over seeds, the best rival chosen anew in each sample';
  return forest({
    ...{ panels, title, provenance, name, intervalName, sort: false, digits: 0 },
    valueTitle: '← rival needs less · saved (%) →',
  });
}

/**
 * "With 100 units it is where weak-first, the best rival there, is with 192: 48 % saved (95 % interval 46 % to 52 %); ...",
 * at the budgets given. "Or more": no rival gets there within the budgets studied. "Unresolved": the interval holds 0.
 */
export function savingsInWords(study: SavingStudy, method: string, budgets: readonly number[]): string {
  const all = savingsOf(study, method);
  const said = budgets.flatMap((budget) => {
    const saving = all.find((each) => each.budget === budget);
    return saving ? [savingInWords(saving)] : [];
  });
  return `**${study.title}:** ${said.join('; ')}.`;
}

function savingInWords({ budget, saved, rival, needed, isBound, interval: { low, high } }: Saving): string {
  const there = isBound
    ? `where no rival is with the ${needed} studied`
    : `where ${rival}, the best rival there, is with ${Math.round(needed)}`;
  const change = `${percent(Math.abs(saved))} ${saved < 0 ? 'lost' : `saved${isBound ? ' or more' : ''}`}`;
  const open = low <= 0 && high >= 0 ? 'unresolved: ' : '';
  return `with ${budget} units it is ${there}: ${open}${change} (95 % interval ${percent(low)} to ${percent(high)})`;
}
