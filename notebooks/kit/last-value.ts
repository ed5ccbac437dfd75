import type { Dataset } from '../../lib/data/dataset';
import type { Matrix } from '../../lib/engine/matrix';
import type { RoundRecord } from '../../lib/rounds/record';
import { summaryRows } from '../../lib/study/statistics/index';
import { datasetCard } from './dataset-card';
import { display } from './display';
import { table, type Row } from './table';

/** Rows of a table that are shown at the most. */
const MOST = 200;

/**
 * Shows what a cell's last line is worth, where there is something better than a list of its fields: a data set as a
 * card, rounds as a table of runs, a list of flat objects as a table, a matrix by its size. The kernel
 * calls it.
 * @returns false for anything else, of which nothing is shown.
 */
export async function showValue(value: unknown): Promise<boolean> {
  if (isDataset(value)) display(await datasetCard(value));
  else if (isRecords(value)) showRuns(value);
  else if (isRows(value)) table(value);
  else if (isMatrix(value)) console.log(matrixInWords(value));
  else return false;
  return true;
}

function showRuns(records: readonly RoundRecord[]): void {
  const seeds = new Set(records.map(({ seed }) => seed)).size;
  const rounds = new Set(records.map(({ round }) => round)).size;
  table(summaryRows(records), { caption: `${records.length} records: ${rounds} rounds, ${seeds} seeds` });
}

function matrixInWords({ rows, columns, data }: Matrix): string {
  const first = Array.from(data.subarray(0, Math.min(6, columns)), (x) => x.toPrecision(3)).join(', ');
  return `Matrix ${rows} x ${columns}, float32: [${first}${columns > 6 ? ', …' : ''}]${rows > 1 ? ' …' : ''}`;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isDataset = (value: unknown): value is Dataset =>
  isObject(value) && ['name', 'title', 'hierarchy', 'pool', 'test'].every((name) => name in value);

const isRecords = (value: unknown): value is RoundRecord[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((item) => isObject(item) && 'strategy' in item && 'fineAccuracy' in item && 'round' in item);

const isRows = (value: unknown): value is Row[] =>
  Array.isArray(value) && value.length > 0 && value.length <= MOST && value.every(isFlat);

const isFlat = (item: unknown): boolean =>
  isObject(item) &&
  Object.getPrototypeOf(item) === Object.prototype &&
  Object.keys(item).length > 0 &&
  Object.values(item).every((value) => value === null || ['string', 'number', 'boolean'].includes(typeof value));

const isMatrix = (value: unknown): value is Matrix =>
  isObject(value) &&
  value.data instanceof Float32Array &&
  value.data.length === Number(value.rows) * Number(value.columns);
