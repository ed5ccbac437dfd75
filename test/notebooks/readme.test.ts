import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { atWeakPrice, comparePairs, signed } from '../../lib/study/statistics';
import { mean } from '../../lib/numbers';
import { repositoryRoot } from '../../lib/root';
import type { RoundRecord } from '../../lib/rounds/record';
import { acrossStudies, realStudies, recordedMain, recordedStudy, savingsRow } from '../../notebooks/kit/index';
import { drawSvg } from '../../notebooks/kit/figures/plotly-dom';
import { storyFigure, storyFile } from '../../notebooks/kit/story';

const lines = readFileSync(path.join(repositoryRoot, 'README.md'), 'utf8').split('\n');
/** Without line breaks: sentences are looked for in it. */
const prose = lines.join(' ').replace(/\s+/g, ' ');
const method = 'weak-annotator-plus';
const [flowers, birds, edges] = realStudies('beyond').map(({ records }) => records);
const typefaces = recordedStudy('beyond');

/** The cells after the first of README's row that begins with a name, in the table whose head has the words given. */
function cells(head: string, name: string): string[] {
  const from = lines.findIndex((line) => line.startsWith('|') && line.includes(head));
  const end = lines.findIndex((line, at) => at > from && !line.startsWith('|'));
  const found = lines.slice(from, end).find((line) => new RegExp(`^\\| ${escaped(name)}[,:; ]`).test(line));
  assert.ok(found, `README has no row of ${name} below ${head}`);
  return found
    .split(' | ')
    .slice(1)
    .map((cell) => cell.replace(/ \|$/, ''));
}

const escaped = (text: string): string => text.replace(/[()]/g, '\\$&');

/** "79 87 91": mean fine test accuracy round by round, in percent. */
function curve(records: readonly RoundRecord[], strategy: string, price = 0.01): string {
  const own = atWeakPrice(records, price).filter((record) => record.strategy === strategy);
  const rounds = [...new Set(own.map(({ round }) => round))];
  const values = (round: number): number[] =>
    own.filter((record) => record.round === round).map(({ fineAccuracy }) => 100 * fineAccuracy);
  return rounds.map((round) => String(Math.round(mean(values(round))))).join(' ');
}

const says = (sentence: string): void => assert.ok(prose.includes(sentence), `README does not say: ${sentence}`);

test('README’s accuracies of weak-annotator-plus and its rivals are the records’ means', () => {
  const columns = [flowers!, birds!, edges!, typefaces];
  for (const strategy of [method, 'weak-first(first=weak)', 'weak-first', 'typiclust', 'badge'])
    assert.deepEqual(
      cells('strategy, learner `student`', strategy),
      columns.map((records) => curve(records, strategy)),
      strategy,
    );
});

test('README’s curves of simulated annotators are the records’ means', () => {
  const [onFlowers, ...others] = realStudies('beyond-simulated').map(({ records }) => records);
  assert.equal(others.length, 0);
  const onTypefaces = recordedStudy('beyond-simulated');
  const both = (name: string): string =>
    `${curve(onTypefaces, name)} on the typefaces, ${curve(onFlowers!, name)} on the flowers`;
  says(`sells 50 answers, half a unit: ${both('any class (chance)')}:`);
  says(`Right half the time, else any class: ${both('right half the time')}.`);
  says(`GPT-4V's confusion counts: ${curve(onFlowers!, "GPT-4V's confusions")} on the flowers`);
});

test('README’s curves with true tables, an oracle’s, are the records’ means', () => {
  const ceilings = new Map(realStudies('beyond-ceiling').map(({ name, records }) => [name, records]));
  const of = (oracle: readonly RoundRecord[], learnt: readonly RoundRecord[], price: number, where: string): void => {
    const [best, now] = [curve(oracle, method, price), curve(learnt, method, price)];
    const found = [`${best} ${where} instead of ${now}`, `${where} ${best} instead of ${now}`];
    assert.ok(
      found.some((sentence) => prose.includes(sentence)),
      `README does not say: ${found[1]}`,
    );
  };
  of(recordedStudy('beyond-ceiling'), typefaces, 0.1, 'on the typefaces at 0.1');
  of(recordedStudy('beyond-ceiling'), typefaces, 0.01, 'there at 0.01');
  for (const price of [0.1, 0.01]) {
    of(ceilings.get('flowers102')!, flowers!, price, `at ${price} on the flowers`);
    of(ceilings.get('cub100')!, birds!, price, 'on the birds');
  }
  const saved = (oracle: readonly RoundRecord[], learnt: readonly RoundRecord[]): string => {
    const records = [...learnt.filter(({ strategy }) => strategy !== method), ...oracle];
    const cell = savingsRow({ title: '', records, price: 0.01 }, method, [100])['saved with 100 units (%)']!;
    const [, mean, low, high] = /^\+(\d+) \(\+(\d+) to \+(\d+)\)/.exec(cell)!;
    return `${mean} % on the ? (${low} to ${high})`;
  };
  says(saved(ceilings.get('flowers102')!, flowers!).replace('?', 'flowers'));
  says(saved(ceilings.get('cub100')!, birds!).replace('?', 'birds'));
  says(saved(recordedStudy('beyond-ceiling'), typefaces).replace('?', 'typefaces'));
});

test('README’s savings are what savingsRow says', () => {
  const saved = (records: readonly RoundRecord[], rivals?: 'without the annotator'): string[] => {
    const row = savingsRow({ title: '', records }, method, [100, 200, 300], rivals);
    return [100, 200, 300].map((budget) => row[`saved with ${budget} units (%)`]!);
  };
  const sets = Object.entries({ 'Flowers-102': flowers!, birds: birds!, typefaces });
  for (const [name, records] of sets) {
    const rows = [saved(records, 'without the annotator'), saved(records)];
    assert.deepEqual(
      cells('saves of the money', name),
      rows.flatMap((row) => row.map((cell) => cell.replace(/(, unresolved)?:.*/, ''))),
    );
  }
  const [onFlowers, onBirds, onTypefaces] = sets.map(
    ([, records]) => /needs (\d+)/.exec(saved(records, 'without the annotator')[0]!)![1],
  );
  says(`with ${onFlowers} on photographs of flowers, with ${onBirds} on birds and with ${onTypefaces} on typefaces`);
});

test('README’s picture is drawn from the records, and its title says what README does', async () => {
  const drawn = await drawSvg(storyFigure());
  assert.ok(drawn === readFileSync(storyFile, 'utf8'), 'npm run notebooks:update -- 07 draws it');
  says(`(${path.relative(repositoryRoot, storyFile)})`);
  const [, needed] = /makes 100 units do what takes (\d+) without/.exec(storyFigure().title)!;
  says(`with ${needed} on photographs of flowers`);
});

test('README’s leads over weak-annotator are what the two studies have', () => {
  const faithful = realStudies();
  const of = (records: readonly RoundRecord[], others: readonly RoundRecord[]): string =>
    acrossStudies([{ title: '', records, others }], method, 'weak-annotator')
      .map((row) => row[`${method} over weak-annotator`])
      .join(', ');
  says(`${of(flowers!, faithful[0]!.records)} points of area on the flowers`);
  says(`${of(birds!, faithful[1]!.records)} on the birds`);
  says(`${of(typefaces, recordedStudy('typefaces'))} on the typefaces`);
  says(`${of(edges!, faithful[2]!.records)} on the edge maps`);
});

test('README’s tables of weak-annotator against its rivals are the records’ areas', () => {
  const lead = (records: readonly RoundRecord[], rival: string, price: number) => {
    const pair = atWeakPrice(records, price).filter(({ strategy }) => ['weak-annotator', rival].includes(strategy));
    return comparePairs(pair, [[{ strategy: 'weak-annotator' }, { strategy: rival }]])[0]!;
  };
  const onTypefaces = (rival: string): string[] =>
    [0.01, 0.05, 0.1].map((price) => {
      const { mean, interval } = lead(recordedMain(), rival, price);
      return `${signed(mean)} (${[interval.low, interval.high].map((end) => signed(end).replace('+', '')).join(' to ')})`;
    });
  const onPhotographs = (rival: string): string[] =>
    realStudies().map(({ records }) =>
      [0.01, 0.05, 0.1]
        .map((price) => {
          const { mean, interval } = lead(records, rival, price);
          return interval.low > 0 || interval.high < 0 ? `**${signed(mean)}**` : signed(mean);
        })
        .join(' / '),
    );
  const rows: Record<string, string> = {
    'matched-margin': 'as many labels, full ones by margin',
    'matched-random': 'as many labels at random',
  };
  const both = ['random', 'margin', 'typiclust', 'weak-first', 'matched-margin', 'matched-random'];
  for (const rival of both)
    assert.deepEqual(cells('weak-annotator against | weak label', rows[rival] ?? rival), onTypefaces(rival), rival);
  for (const rival of [...both, 'badge', 'isoal'])
    assert.deepEqual(cells('weak-annotator against | Flowers', rows[rival] ?? rival), onPhotographs(rival), rival);
});
