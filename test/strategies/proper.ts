import assert from 'node:assert/strict';
import type { Level, Query, Strategy } from '../../lib/strategies/strategy';
import type { Fake } from './fake-context';

/** What a query must be, whatever the strategy: affordable, without repeats, and only what may be bought. */
export function assertProper(
  { purchases, utilities }: Query,
  { pool, ledger }: Fake,
  { buys, trustedAnswers }: Pick<Strategy, 'buys' | 'trustedAnswers'>,
): void {
  const trusted = trustedAnswers === 'bought';
  const rows = new Set<number>();
  for (const { row, level } of purchases) {
    assert.ok(buys.includes(level), `buys a ${level} label`);
    assert.ok(!rows.has(row), `row ${row} is bought twice`);
    rows.add(row);
    ledger.pay(level); // throws beyond the purse
    if (level === 'full')
      pool.addFull(row, 0); // throws if it has one
    else pool.addWeak(row, 0, { trusted });
  }
  for (const values of Object.values(utilities ?? {})) assert.equal(values.length, pool.size);
}

/**
 * What a strategy buys in a round, each of its queries proper and paid for before the next: their purchases in order, and of
 * every label the last value it had.
 */
export async function buyRound(strategy: Strategy, fake: Fake): Promise<Query> {
  const purchases: Query['purchases'][number][] = [];
  const values: { [level in Level]?: Float64Array } = {};
  for (let step = 0; ; step++) {
    const query = await strategy.query({ ...fake.context, step });
    assertProper(query, fake, strategy);
    purchases.push(...query.purchases);
    for (const [level, utilities] of Object.entries(query.utilities ?? {}) as [Level, Float64Array][]) {
      const before = values[level];
      values[level] = before ? utilities.map((value, row) => (Number.isNaN(value) ? before[row]! : value)) : utilities;
    }
    if (!query.continues) return { ...query, purchases, ...(query.utilities && { utilities: values }) };
    assert.ok(query.purchases.length, 'a round goes on only after something was bought');
  }
}
