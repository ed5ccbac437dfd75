import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostlyRight, synthetic } from '../../inputs/datasets/synthetic';
import { experiment } from '../../lib/rounds/experiment';
import type { RoundRecord } from '../../lib/rounds/record';

/**
 * Four classes that are groups of their own, so that an annotator who is always right sells full labels; and labels enough
 * that every part of them holds every class, since of a class without a full label no fine head can speak. Validation
 * images enough to see the small improvements; a batch ends when a full label is drawn that the purse does not hold, so
 * that no remainder is spent on weak labels.
 */
async function lastRound(accuracy: number, seed: number): Promise<RoundRecord> {
  const data = synthetic({
    fine: 4,
    coarse: 4,
    pool: 1200,
    test: 600,
    features: 8,
    groupSpread: 0.5,
    classSpread: 0.5,
    transition: mostlyRight(4, accuracy),
  });
  const training = {
    hidden: 32,
    steps: 100,
    batchSize: 32,
    evaluations: 4,
    inputNoise: 0.3,
    whitening: false,
  } as const;
  const setup = { data, strategy: 'weak-annotator', seed, rounds: 3, budget: 48, validation: 60, training };
  const records: RoundRecord[] = [];
  for await (const record of experiment({ ...setup, prices: { weak: 0.1 } })) records.push(record);
  return records[2]!;
}

test('the method buys weak labels where they are as good as full ones at a tenth of the price, and not where they are worthless', async () => {
  for (const seed of [0, 1, 2, 3]) {
    const [perfect, useless] = [await lastRound(1, seed), await lastRound(1 / 4, seed)];
    const shareOf = ({ weak, spent }: RoundRecord): number => (0.1 * weak) / spent;
    assert.ok(shareOf(perfect) > 0.14, `seed ${seed}: ${shareOf(perfect)} of the money for perfect weak labels`);
    assert.ok(shareOf(useless) < 0.08, `seed ${seed}: ${shareOf(useless)} of the money for worthless ones`);
    assert.ok(perfect.weak > 4 * useless.weak);
  }
});
