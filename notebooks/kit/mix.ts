import { check } from '../../lib/errors';
import { mean } from '../../lib/numbers';
import type { RoundRecord } from '../../lib/rounds/record';

/**
 * When a method that chooses between both kinds of labels buys its weak ones, in a sentence: round 0 is the same for all
 * and is left out. Means over seeds.
 * @throws InputError for records without a second round of the method.
 */
export function mixInWords(records: readonly RoundRecord[], method: string): string {
  const own = records.filter(({ strategy, round }) => strategy === method && round > 0);
  check(own.length, `There are no rounds after the first of "${method}"`);
  const rounds = [...new Set(own.map(({ round }) => round))].sort((a, b) => a - b);
  const weak = rounds.map((round) => mean(own.filter((r) => r.round === round).map(({ boughtWeak }) => boughtWeak)));
  const total = weak.reduce((sum, n) => sum + n, 0);
  const most = weak.indexOf(Math.max(...weak));
  if (!total) return `After round 0 ${method} buys no weak label.`;
  const share = Math.round((100 * weak[most]!) / total);
  const others = weak.length > 1 ? (total - weak[most]!) / (weak.length - 1) : 0;
  const count = (n: number): string => (n >= 10 ? Math.round(n).toLocaleString('en') : n.toFixed(1));
  const seeds = new Set(own.map(({ seed }) => seed)).size;
  const where =
    `After round 0 ${method} buys ${count(total)} weak labels (mean of ${seeds} seed${seeds === 1 ? '' : 's'}), ` +
    `${share} % of them in round ${rounds[most]!}; every other round buys ${count(others)}.`;
  return share >= 80
    ? `${where} **The mix “image by image” happens in one round**; the others buy what is left over below one full label.`
    : `${where} The choice between the two kinds is spread over several rounds.`;
}
