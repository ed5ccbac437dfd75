import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../lib/engine';
import { columnMeans, matrix, row, type Matrix } from '../../lib/engine/matrix';
import { spaceOf } from '../../lib/engine/leading-space';
import { createRandom } from '../../lib/random';

/** Rows whose column j scatters by 1 / (1 + j), around `centre`. */
function falling(rows: number, columns: number, centre = 0): Matrix {
  const random = createRandom(columns).stream('rows');
  return matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, (_, at) => centre + random.normal() / (1 + (at % columns))),
  );
}

const meanSquare = ({ data }: Matrix): number => data.reduce((sum, x) => sum + x * x, 0) / data.length;

for (const columns of [8, 300])
  test(`a pool of ${columns} columns becomes centred, of unit mean square, the same for given rows as in the pool`, async () => {
    const engine = await createEngine();
    const x = falling(400, columns, 5);
    const { pool, apply } = await spaceOf(x, engine);
    assert.equal(pool.columns, Math.min(columns, 256));
    assert.ok(columnMeans(pool).every((mean) => Math.abs(mean) < 1e-3));
    assert.ok(Math.abs(meanSquare(pool) - 1) < 1e-3);
    const again = await apply(matrix(2, columns, x.data.slice(3 * columns, 5 * columns)));
    again.data.forEach((value, at) => assert.ok(Math.abs(value - pool.data[3 * pool.columns + at]!) < 1e-4));
  });

test('what is left out of 300 columns is what scatters least: distances between rows stay', async () => {
  const x = falling(400, 300);
  const { pool } = await spaceOf(x, await createEngine());
  const distance = (a: Matrix, i: number, j: number): number =>
    Math.hypot(...row(a, i).map((value, c) => value - row(a, j)[c]!));
  const scale = distance(pool, 0, 1) / distance(x, 0, 1);
  for (let i = 2; i < 50; i++) {
    const ratio = distance(pool, 0, i) / distance(x, 0, i) / scale;
    assert.ok(Math.abs(ratio - 1) < 2e-3, `row ${i}: ${ratio}`);
  }
});

test('directions are computed once for a pool', async () => {
  const engine = await createEngine();
  const x = falling(50, 8);
  assert.equal(await spaceOf(x, engine), await spaceOf(x, engine));
  assert.notEqual(await spaceOf(x, engine), await spaceOf({ ...x }, engine));
});

test('a pool in which nothing scatters stays finite', async () => {
  const { pool } = await spaceOf(matrix(5, 3, new Float32Array(15).fill(2)), await createEngine());
  assert.ok(pool.data.every((value) => value === 0));
});
