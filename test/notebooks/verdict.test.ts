import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RoundRecord } from '../../lib/rounds/record';
import { recordedStudy } from '../../notebooks/kit/recorded/read';
import { mixInWords } from '../../notebooks/kit/mix';
import { verdict } from '../../notebooks/kit/verdict';
import { storedRecord, withoutControl } from '../study/results/stored-records';

const provenance = { dataset: 'd', seeds: 4, profile: 'test', engine: 'e' };
const seeds = [0, 1, 2, 3];

/** One-round runs whose area is their accuracy, a tenth of a point up from seed to seed; the control's is `free` higher. */
const runs = (strategy: string, accuracy: number, free: number, more: Partial<RoundRecord> = {}): RoundRecord[] =>
  seeds.map((seed) =>
    storedRecord({
      strategy,
      seed,
      fineAccuracy: accuracy + seed * 0.001 * (strategy.length % 3),
      trustedOnlyFineAccuracy: accuracy + free,
      ...more,
    }),
  );

describe('verdict(records, method)', () => {
  const records = [...runs('margin', 0.4, 0.06), ...runs('random', 0.3, 0.01), ...runs('weak-annotator', 0.45, -0.02)];

  test('says three things: against the rivals and the hardest of them, against the hardest control, and what the weak labels gained', () => {
    const { sentences } = verdict(records, 'weak-annotator', provenance);
    assert.equal(sentences.length, 3);
    assert.match(
      sentences[0]!,
      /usually run:\*\* clearly ahead of 2 of 2, clearly behind none, hardest margin: \+\d\.\d \(.* to .*; p /,
    );
    assert.match(sentences[1]!, /costs nothing:\*\* margin \+ trusted coarse head: −0\.\d \(/);
    assert.match(sentences[2]!, /without them:\*\* \+2\.\d \(/);
  });

  test('counts the rivals that it is clearly behind, and does not call them close', () => {
    const better = [...records, ...runs('typiclust', 0.5, 0)];
    const [first] = verdict(better, 'weak-annotator', provenance).sentences;
    assert.match(first!, /clearly ahead of 2 of 3, clearly behind 1, hardest typiclust: −\d\.\d \([^)]*\)\.$/);
  });

  test('calls unresolved what Holm does not leave clear, and never the method’s own control its rival', () => {
    const even = [...records, ...runs('badge', 0.45, 0).map((r) => ({ ...r, fineAccuracy: 0.45 + (r.seed % 2) / 50 }))];
    assert.match(verdict(even, 'weak-annotator', provenance).sentences[0]!, /hardest badge: .*, unresolved\.$/);
    const { sentences } = verdict(even, 'weak-annotator', provenance);
    assert.ok(!sentences[1]!.includes('weak-annotator +'));
  });

  test('speaks of no control, and draws none, where the learner has no coarse head', () => {
    const alone = records.map(withoutControl);
    const { sentences, figure } = verdict(alone, 'weak-annotator', provenance);
    assert.equal(sentences.length, 1);
    assert.ok(!figure.data.some(({ name }) => String(name).includes('control')));
    assert.doesNotMatch(JSON.stringify(figure.layout), /coarse head/);
  });

  test('draws every rival with its control at every price, also the ones that beat the method', () => {
    const priced = [0.01, 0.1].flatMap((weakCost) => runs('weak-annotator', 0.45, -0.02, { weakCost }));
    const { figure, sentences } = verdict([...records.slice(0, 8), ...priced], 'weak-annotator', provenance);
    const names = figure.data.map(({ name }) => name as string);
    for (const name of ['margin', 'margin, control', 'random', 'random, control'])
      assert.equal(names.filter((each) => each === name).length, 2, name);
    assert.equal(figure.narrow!.length, 2, 'a panel a price, one below the other on a phone');
    assert.match(sentences[0]!, /at 0\.01 .*; at 0\.1 /);
  });

  test('takes rivals with another learner, or without free labels, as any other, in their strategy’s colour', () => {
    const more = [...runs('margin, nearest class mean', 0.44, 0), ...runs('margin, no free labels', 0.2, 0.01)];
    const { figure, sentences } = verdict([...records, ...more], 'weak-annotator', provenance);
    assert.match(sentences[0]!, /ahead of 4 of 4, clearly behind none, hardest margin, nearest class mean: \+1\.\d \(/);
    const colors = figure.data.flatMap(({ name, marker }) =>
      /^margin/.test(String(name)) && !String(name).endsWith('control') ? [(marker as { color: string }).color] : [],
    );
    assert.equal(colors.length, 3);
    assert.equal(new Set(colors).size, 1);
  });

  test('needs the method and a rival', () =>
    assert.throws(() => verdict(records, 'isoal', provenance), /needs its rounds and a rival's; got margin, random/));
});

describe('mixInWords(records, method)', () => {
  const rounds = (weak: number[], strategy = 'weak-annotator'): RoundRecord[] =>
    weak.flatMap((boughtWeak, round) => runs(strategy, 0.4, 0, { round, boughtWeak }));

  test('says that the mix happens in one round where it does', () =>
    assert.equal(
      mixInWords(rounds([99, 10, 2000, 5]), 'weak-annotator'),
      'After round 0 weak-annotator buys 2,015 weak labels (mean of 4 seeds), 99 % of them in round 2; every other round ' +
        'buys 7.5. **The mix “image by image” happens in one round**; the others buy what is left over below one full label.',
    ));

  test('and that it is spread where it is, or that none were bought', () => {
    assert.match(mixInWords(rounds([99, 500, 400, 300]), 'weak-annotator'), /is spread over several rounds/);
    assert.match(mixInWords(rounds([99, 0, 0]), 'weak-annotator'), /buys no weak label/);
    assert.throws(() => mixInWords(rounds([99]), 'weak-annotator'), /no rounds after the first/);
  });

  test('says of one round that it is one, not that the mix happens in it', () =>
    assert.equal(
      mixInWords(rounds([99, 400]), 'weak-annotator'),
      'After round 0 weak-annotator buys 400 weak labels (mean of 4 seeds), in round 1.',
    ));

  test('says the counts alone, round 0 among them, of a strategy that does not choose image by image', () => {
    const says = (weak: number[], strategy: string): string => mixInWords(rounds(weak, strategy), strategy);
    assert.equal(
      says([4900, 560, 40], 'weak-annotator-plus'),
      'weak-annotator-plus buys 5,500 weak labels (mean of 4 seeds), 89 % of them in round 0; every other round buys 300.',
    );
    assert.equal(says([99], 'weak-first'), 'weak-first buys 99 weak labels (mean of 4 seeds), in round 0.');
    assert.equal(says([0, 0], 'fixed-ratio(weakShare=0)'), 'fixed-ratio(weakShare=0) buys no weak label.');
    assert.match(says([9, 500, 5], 'weak-annotator(uncertainty=entropy)'), /image by image/);
    assert.throws(() => mixInWords([], 'weak-first'), /no rounds of "weak-first"/);
  });
});

test('the recorded study has every strategy and price with ten seeds and the same rounds', () => {
  const records = recordedStudy();
  const runs = new Map<string, number>();
  for (const { strategy, weakCost, seed } of records) {
    const key = JSON.stringify([strategy, weakCost, seed]);
    runs.set(key, (runs.get(key) ?? 0) + 1);
  }
  assert.deepEqual([...new Set(runs.values())], [6]);
  assert.equal(runs.size % 10, 0);
  assert.ok(new Set(records.map(({ strategy }) => strategy)).size >= 14);
});
