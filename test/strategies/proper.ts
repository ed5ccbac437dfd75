import assert from 'node:assert/strict';
import type { Query } from '../../lib/strategies/strategy';
import type { Fake } from './fake-context';

/** What a query must be, whatever the strategy: affordable, without repeats, and only what may be bought. */
export function assertProper({ purchases, utilities }: Query, { pool, ledger }: Fake, buys: readonly string[]): void {
  const rows = new Set<number>();
  for (const { row, level } of purchases) {
    assert.ok(buys.includes(level), `buys a ${level} label`);
    assert.ok(!rows.has(row), `row ${row} is bought twice`);
    rows.add(row);
    ledger.pay(level); // throws beyond the purse
    if (level === 'full')
      pool.addFull(row, 0); // throws if it has one
    else pool.addWeak(row, 0);
  }
  for (const values of Object.values(utilities ?? {})) assert.equal(values.length, pool.size);
}
