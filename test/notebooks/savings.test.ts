import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoundRecord } from '../../lib/rounds/record';
import { curvesOf } from '../../notebooks/kit/records';
import { behindInWords, leadsRow, savingsFigure, savingsInWords, savingsRow } from '../../notebooks/kit/savings';
import { storedRecord } from '../study/results/stored-records';

const runs = (strategy: string, accuracies: number[], weakCost?: number): RoundRecord[] =>
  [0, 1].flatMap((seed) =>
    accuracies.map((fineAccuracy, round) =>
      storedRecord({
        strategy,
        config: strategy,
        seed,
        round,
        budget: 100 * (round + 1),
        fineAccuracy,
        ...(weakCost && { weakCost }),
      }),
    ),
  );
const study = {
  title: 'birds',
  records: [...runs('a', [0.4, 0.6], 0.01), ...runs('w', [0.3, 0.5], 0.01), ...runs('free', [0.1, 0.2])],
};

test('a saving is told with the rival, what it needs, and the interval; rivals without the annotator apart', () => {
  const said = savingsInWords(study, 'a', [100, 200]);
  const first =
    'with 100 units it is where w, the best rival there, is with 150: 33 % saved (95 % interval 33 % to 33 %)';
  assert.equal(said.split('; ')[0], `**birds:** ${first}`);
  assert.match(
    said,
    /with 200 units it is where no rival is with the 200 studied: 0 % saved or more \(95 % interval from 0 % on\), unresolved/,
  );
  const free = savingsInWords(study, 'a', [100], 'without the annotator');
  assert.match(free, /^\*\*birds, against rivals without the annotator:\*\* .* no rival .* 50 % saved or more/);
});

test('a row of a table says the same in less room', () =>
  assert.deepEqual(savingsRow(study, 'a', [100, 200]), {
    data: 'birds',
    'best rival of': 'all',
    'saved with 100 units (%)': '+33 (+33 to +33): w needs 150',
    'saved with 200 units (%)': '0 or more (from 0 on), unresolved: none gets there with 200',
  }));

test('the figure has a panel a study, a row a budget but the last, and beside it the rivals that ask no annotator', () => {
  const provenance = { dataset: 'd', seeds: 2, profile: 'recorded', engine: 'e' };
  const { data, title, layout } = savingsFigure([study, { ...study, title: 'planes' }], 'a', provenance);
  assert.equal(title, "Share of its best rival's money that a saves, answers at 0.01");
  const text = JSON.stringify(data);
  assert.match(text, /100 units/);
  assert.doesNotMatch(text, /200 units/, 'nothing can be saved with all the money studied');
  const written = (layout['annotations'] as { text: string }[]).map(({ text }) => text);
  assert.ok(written.includes('+33') && written.includes('≥ +50'), written.join());
  assert.match(text, /triangle-right/, 'a bound has a look of its own');
});

test('learning curves do not mix prices', () => {
  const mixed = [...study.records, ...runs('a', [0.2, 0.3], 0.1)];
  assert.throws(() => curvesOf(mixed), /prices? 0.01, 0.1/);
  assert.equal(curvesOf(study.records).length, 3);
});

test('a row of leads has points over the best that asks no annotator, whatever others do', () => {
  assert.deepEqual(leadsRow(study, 'a'), {
    data: 'birds',
    '100 units': '+30.0 (+30.0 to +30.0)',
    '200 units': '+40.0 (+40.0 to +40.0)',
  });
});

test('behind is told by budget, from more than the given points on', () => {
  const records = [...runs('a', [0.3, 0.396], 0.01), ...runs('free', [0.32, 0.4])];
  assert.deepEqual(behindInWords({ title: 'birds', records }, 'a', 0.5), ['with 100 units −2.0 (−2.0 to −2.0)']);
});
