import { atWeakPrice, leads, savings, signed, weakPricesOf, type Lead, type Saving } from '../../lib/study/statistics';
import type { RoundRecord } from '../../lib/rounds/record';
import { forest, type Estimate, type Figure, type ForestPanel, type Provenance } from './figures';

/** A study whose savings are drawn, at one price of a weak label. */
export interface SavingStudy {
  readonly title: string;
  readonly records: readonly RoundRecord[];
  /** The lowest that the records have, unless given. */
  readonly price?: number;
}

const percent = (share: number): string => `${Math.round(100 * share)} %`.replace('-', '−');

/** Whom a method is compared with: all others in the records, or those that ask no annotator. */
export type Rivals = 'all' | 'without the annotator';

const lowestPrice = (records: readonly RoundRecord[]): number => weakPricesOf(records)[0]!;

/** The records at the study's price, of a method and those that it is compared with. */
function compared(
  { records, price = lowestPrice(records) }: SavingStudy,
  method: string,
  rivals: Rivals,
): RoundRecord[] {
  const at = atWeakPrice(records, price);
  const isRival = ({ strategy, weakCost }: RoundRecord): boolean => strategy === method || weakCost === undefined;
  return rivals === 'all' ? at : at.filter(isRival);
}

/** What a method saves at each budget. */
export const savingsOf = (study: SavingStudy, method: string, rivals: Rivals): Saving[] =>
  savings(compared(study, method, rivals), method);

/**
 * A row of a table, a column a budget: "+1.2 (+0.3 to +2.0)" is by how many points of accuracy a method is ahead of the best of
 * those that ask no annotator, with its interval; below 0: behind.
 */
export function leadsRow(study: SavingStudy, method: string): Record<string, string> {
  const cells = leadsOf(study, method).map((lead): [string, string] => [`${lead.budget} units`, leadInWords(lead)]);
  return { data: study.title, ...Object.fromEntries(cells) };
}

/** "with 100 units −3.3 (−4.8 to −1.8)", wherever a method is behind the best of those that ask no annotator by more than `points`. */
export const behindInWords = (study: SavingStudy, method: string, points: number): string[] =>
  leadsOf(study, method)
    .filter(({ lead }) => 100 * lead < -points)
    .map((lead) => `with ${lead.budget} units ${leadInWords(lead)}${lead.interval.high < 0 ? '' : ', unresolved'}`);

const leadsOf = (study: SavingStudy, method: string): Lead[] =>
  leads(compared(study, method, 'without the annotator'), method);

const leadInWords = ({ lead, interval: { low, high } }: Lead): string =>
  `${signed(100 * lead)} (${signed(100 * low)} to ${signed(100 * high)})`;

/**
 * A forest plot: money saved in percent at each budget but the last, where nothing can be, a panel a study; hollow: against rivals
 * that ask no annotator.
 */
export function savingsFigure(
  studies: readonly SavingStudy[],
  method: string,
  provenance: Provenance,
  name = 'labels-saved',
): Figure {
  const panels = studies.map((study): ForestPanel => {
    const free = savingsOf(study, method, 'without the annotator');
    const all = savingsOf(study, method, 'all');
    return {
      title: study.title,
      rows: all.slice(0, Math.max(1, all.length - 1)).map((saving, i) => ({
        name: `${saving.budget} units`,
        estimate: estimateOf(saving),
        control: estimateOf(free[i]!),
      })),
    };
  });
  const prices = [...new Set(studies.map(({ records, price = lowestPrice(records) }) => price))];
  return forest({
    panels,
    provenance,
    name,
    sort: false,
    digits: 0,
    controlValues: true,
    title: `Share of its best rival's money that ${method} saves, answers at ${prices.join(' or ')}`,
    intervalName: 'filled: the best of all rivals; 95 % bootstrap interval over seeds',
    controlName: 'the best that asks no annotator',
    valueTitle: '← rival needs less · saved (%) →',
  });
}

function estimateOf({ saved, isBound, interval: { low, high } }: Saving): Estimate {
  const [mean, least, most] = [100 * saved, 100 * Math.min(low, saved), 100 * Math.max(high, saved)];
  return { mean, low: least, high: most, ...(isBound && { isBound }) };
}

/**
 * "With 100 units it is where weak-first, the best rival there, is with 192: 48 % saved (95 % interval 46 % to 52 %); ...",
 * at the budgets given. "Or more": no rival gets there within the budgets studied. "Unresolved": the interval holds 0.
 */
export function savingsInWords(
  study: SavingStudy,
  method: string,
  budgets: readonly number[],
  rivals: Rivals = 'all',
): string {
  const all = savingsOf(study, method, rivals);
  const said = budgets.flatMap((budget) => {
    const saving = all.find((each) => each.budget === budget);
    return saving ? [savingInWords(saving)] : [];
  });
  return `**${study.title}${rivals === 'all' ? '' : `, against rivals ${rivals}`}:** ${said.join('; ')}.`;
}

/**
 * The same as a row of a table, a column a budget: "+18 (−1 to +34), unresolved: weak-first needs 122" is percent of the money
 * saved, its interval, and what the best rival needs for the same accuracy.
 */
export function savingsRow(
  study: SavingStudy,
  method: string,
  budgets: readonly number[],
  rivals: Rivals = 'all',
): Record<string, string> {
  const all = savingsOf(study, method, rivals);
  const columns = budgets.flatMap((budget): [string, string][] => {
    const saving = all.find((each) => each.budget === budget);
    return saving ? [[`saved with ${budget} units (%)`, savingInCell(saving)]] : [];
  });
  return {
    data: study.title,
    'best rival of': rivals === 'all' ? 'all' : `those ${rivals}`,
    ...Object.fromEntries(columns),
  };
}

function savingInCell({ saved, rival, needed, isBound, interval: { low, high } }: Saving): string {
  const points = (share: number): string => {
    const size = Math.abs(100 * share);
    const digits = size > 0.05 && size < 0.5 ? 1 : 0; // which side of 0 an interval ends on
    return `${share < 0 ? '−' : '+'}${size.toFixed(digits)}`.replace(/^.0$/, '0');
  };
  const open = low <= 0 && high >= 0 ? ', unresolved' : '';
  if (isBound) return `${points(saved)} or more (from ${points(low)} on)${open}: none gets there with ${needed}`;
  return `${points(saved)} (${points(low)} to ${points(high)})${open}: ${rival} needs ${Math.round(needed)}`;
}

function savingInWords({ budget, saved, rival, needed, isBound, interval: { low, high } }: Saving): string {
  const there = isBound
    ? `where no rival is with the ${needed} studied`
    : `where ${rival}, the best rival there, is with ${Math.round(needed)}`;
  const change = `${percent(Math.abs(saved))} ${saved < 0 ? 'lost' : `saved${isBound ? ' or more' : ''}`}`;
  const open = low <= 0 && high >= 0 ? ', unresolved' : '';
  const interval = isBound ? `from ${percent(low)} on` : `${percent(low)} to ${percent(high)}`;
  return `with ${budget} units it is ${there}: ${change} (95 % interval ${interval})${open}`;
}
