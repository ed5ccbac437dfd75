import { check } from '../../lib/errors';
import { mean, sum } from '../../lib/numbers';
import type { RoundRecord } from '../../lib/rounds/record';

/**
 * When a method buys its weak labels, in a sentence: how many, and the share of the round in which it buys most. Means over
 * seeds. Of those that choose image by image, weak-annotator and isoal, round 0, which is the same for all, is left out, and
 * another sentence says whether the mix of both kinds happens in one round; of others the counts alone are said.
 * @throws InputError for records without a round of the method, or, where round 0 is left out, without a second one.
 */
export function mixInWords(records: readonly RoundRecord[], method: string): string {
  const isInstanceWise = choosesImageByImage(method);
  const own = records.filter(({ strategy, round }) => strategy === method && (round > 0 || !isInstanceWise));
  check(own.length, `There are no rounds${isInstanceWise ? ' after the first' : ''} of "${method}"`);
  const rounds = [...new Set(own.map(({ round }) => round))].sort((a, b) => a - b);
  const weak = rounds.map((round) => mean(own.filter((r) => r.round === round).map(({ boughtWeak }) => boughtWeak)));
  const seeds = new Set(own.map(({ seed }) => seed)).size;
  const counts = countsInWords(method, rounds, weak, seeds);
  const subject = isInstanceWise ? `After round 0 ${counts}` : counts;
  return isInstanceWise && rounds.length > 1 && weak.some((n) => n > 0) ? `${subject} ${mixOf(weak)}` : subject;
}

/** By its name, options and all. */
export const choosesImageByImage = (strategy: string): boolean => /^(weak-annotator|isoal)(?![\w-])/.test(strategy);

function countsInWords(method: string, rounds: readonly number[], weak: readonly number[], seeds: number): string {
  const total = sum(weak);
  if (!total) return `${method} buys no weak label.`;
  const [share, most] = largest(weak);
  const buys = `${method} buys ${count(total)} weak labels (mean of ${seeds} seed${seeds === 1 ? '' : 's'}), `;
  if (weak.length === 1) return `${buys}in round ${rounds[0]!}.`;
  const others = (total - weak[most]!) / (weak.length - 1);
  return `${buys}${share} % of them in round ${rounds[most]!}; every other round buys ${count(others)}.`;
}

const mixOf = (weak: readonly number[]): string =>
  largest(weak)[0] >= 80
    ? '**The mix “image by image” happens in one round**; the others buy what is left over below one full label.'
    : 'The choice between the two kinds is spread over several rounds.';

/** The largest number's share of all, in percent, and its place. */
function largest(numbers: readonly number[]): readonly [share: number, place: number] {
  const place = numbers.indexOf(Math.max(...numbers));
  return [Math.round((100 * numbers[place]!) / sum(numbers)), place];
}

const count = (n: number): string => (n >= 10 ? Math.round(n).toLocaleString('en') : n.toFixed(1));
