import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../lib/engine';
import { matrix } from '../../lib/engine/matrix';
import { whitenWithinClasses } from '../../lib/engine/whitening';
import { createRandom } from '../../lib/random';

const n = 400;
const D = 3;

/** Two classes of correlated Gaussians with far means. */
function correlated(): { x: ReturnType<typeof matrix>; labels: Int32Array } {
  const random = createRandom(1);
  const x = matrix(n, D);
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    labels[i] = i % 2;
    const [a, b, c] = [random.normal(), random.normal(), random.normal()];
    x.data.set([50 * labels[i]! + 3 * a, 3 * a + b, 0.1 * c - a], i * D);
  }
  return { x, labels };
}

test('after whitening with hardly any shrinkage, the within-class covariance is the identity', async () => {
  const { x, labels } = correlated();
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  const { apply } = await whitenWithinClasses(await createEngine(), x, { rows, labels }, 1e-6);
  const z = await apply(x);
  const means = [0, 1].map((label) => Array.from({ length: D }, (_, j) => mean(z.data, j, labels, label)));
  for (let a = 0; a < D; a++)
    for (let b = 0; b < D; b++) {
      let sum = 0;
      for (let i = 0; i < n; i++)
        sum += (z.data[i * D + a]! - means[labels[i]!]![a]!) * (z.data[i * D + b]! - means[labels[i]!]![b]!);
      assert.ok(Math.abs(sum / (n - 2) - (a === b ? 1 : 0)) < 0.01, `covariance[${a}][${b}] = ${sum / (n - 2)}`);
    }
});

test('the mean of all features goes to the origin', async () => {
  const { x, labels } = correlated();
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  const { apply } = await whitenWithinClasses(await createEngine(), x, { rows, labels }, 0.2);
  const z = await apply(x);
  for (let j = 0; j < D; j++) assert.ok(Math.abs(mean(z.data, j)) < 1e-3);
});

test('one labelled row, or one of each class, still gives finite features', async () => {
  const { x } = correlated();
  for (const rows of [Int32Array.of(5), Int32Array.of(0, 1)]) {
    const labels = Int32Array.from(rows.keys());
    const { apply } = await whitenWithinClasses(await createEngine(), x, { rows, labels }, 0.2);
    assert.ok((await apply(x)).data.every(Number.isFinite));
  }
});

test('the same arguments give the same map, and other features, rows or shrinkage another', async () => {
  const [{ x, labels }, engine] = [correlated(), await createEngine()];
  const all = { rows: Int32Array.from({ length: n }, (_, i) => i), labels };
  const first = await whitenWithinClasses(engine, x, all, 0.2);
  assert.equal(await whitenWithinClasses(engine, x, all, 0.2), first);
  for (const other of [
    await whitenWithinClasses(engine, { ...x }, all, 0.2),
    await whitenWithinClasses(engine, x, { ...all }, 0.2),
    await whitenWithinClasses(engine, x, all, 0.3),
  ])
    assert.notEqual(other, first);
});

function mean(data: Float32Array, column: number, labels?: Int32Array, label?: number): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < n; i++)
    if (!labels || labels[i] === label) {
      sum += data[i * D + column]!;
      count++;
    }
  return sum / count;
}

test('of wide features only the leading components are whitened, so that no variance is left in the others', async () => {
  const { x, labels } = correlated();
  const all = { rows: Int32Array.from({ length: n }, (_, i) => i), labels };
  const engine = await createEngine();
  const z = await (await whitenWithinClasses(engine, x, all, 1e-6, 2)).apply(x);
  assert.deepEqual([z.rows, z.columns], [n, 2]);
  const along = createRandom(2);
  const wide = matrix(n, D + 1);
  for (let i = 0; i < n; i++)
    wide.data.set([...x.data.subarray(i * D, (i + 1) * D), 1e-4 * along.normal()], i * (D + 1));
  const narrowed = await (await whitenWithinClasses(engine, wide, all, 1e-6, D)).apply(wide);
  const whole = await (await whitenWithinClasses(engine, x, all, 1e-6, D)).apply(x);
  const distance = ({ data }: ReturnType<typeof matrix>, i: number): number =>
    Math.hypot(...Array.from({ length: D }, (_, j) => data[i * D + j]! - data[j]!));
  for (let i = 0; i < n; i++)
    assert.ok(Math.abs(distance(narrowed, i) - distance(whole, i)) < 0.01 * (1 + distance(whole, i)));
});
