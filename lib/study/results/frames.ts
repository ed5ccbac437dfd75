import { DataFrame } from 'danfojs-node';
import { check } from '../../errors';
import type { RoundRecord } from '../../rounds/record';
import { columnsOf, flatten } from './flat';

/**
 * All records as a data frame, one line a round: plain fields by their names, M_f and M_w and timings as `improvementFull`,
 * `selectMs` and so on; T is left out. A field that a record lacks is NaN in a column of numbers, else ''.
 */
export function recordFrame(records: readonly RoundRecord[]): DataFrame {
  check(records.length, 'No records; a data frame needs at least one');
  const rows = records.map(flatten);
  const columns = columnsOf(rows);
  return new DataFrame(
    rows.map((row) =>
      Object.fromEntries(columns.map(({ name, isNumber }) => [name, row[name] ?? (isNumber ? NaN : '')])),
    ),
  );
}
