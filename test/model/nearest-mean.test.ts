import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../lib/engine';
import { argmaxRows, columnMeans, matrix, row } from '../../lib/engine/matrix';
import { nearestMean } from '../../lib/model/nearest-mean';
import { gaussianTask } from './gaussian-task';

test('it names the class whose mean direction lies nearest by angle, worked out one by one', async () => {
  const { task, test: images } = gaussianTask(await createEngine());
  const { fine } = await (await nearestMean().fit(task)).predict(images);
  const centre = columnMeans(task.features);
  const direction = (x: Float32Array): number[] => {
    const around = Array.from(x, (value, j) => value - centre[j]!);
    const length = Math.hypot(...around);
    return around.map((value) => value / length);
  };
  const means = task.hierarchy.fine.map((_, k) => {
    const own = [...task.full.rows].filter((_, at) => task.full.labels[at] === k);
    return own.map((i) => direction(row(task.features, i))).reduce((a, b) => a.map((value, j) => value + b[j]!));
  });
  const expected = Array.from({ length: images.rows }, (_, i) => {
    const x = direction(row(images, i));
    const cosines = means.map((mean) => mean.reduce((sum, m, j) => sum + m * x[j]!, 0) / Math.hypot(...mean));
    return cosines.indexOf(Math.max(...cosines));
  });
  assert.deepEqual([...argmaxRows(fine)], expected);
});

test('it is surer where classes lie apart than where they overlap', async () => {
  const engine = await createEngine();
  const sure = async (distance: number): Promise<number> => {
    const { task, test: images } = gaussianTask(engine, { distance, labelled: 60 });
    const { fine } = await (await nearestMean().fit(task)).predict(images);
    return argmaxRows(fine).reduce((sum, k, i) => sum + row(fine, i)[k]!, 0) / images.rows;
  };
  assert.ok((await sure(5)) > (await sure(0.5)) + 0.2);
});

test('a class without a label has the cosine 0, and its group is the sum of its classes', async () => {
  const { task, test: images } = gaussianTask(await createEngine(), { labelled: 3 });
  const { fine, coarse, hidden } = await (await nearestMean().fit(task)).predict(images);
  assert.ok(fine.data.every((p) => p > 0 && p < 1));
  for (let i = 0; i < images.rows; i++) {
    assert.ok(Math.abs(row(coarse, i)[1]! - row(fine, i)[2]! - row(fine, i)[3]!) < 1e-6);
    assert.ok(Math.abs(Math.hypot(...row(hidden, i)) - 1) < 1e-5);
  }
});

test('the length of features changes nothing, with a whitening not even their stretch along an axis', async () => {
  const { task, test: images } = gaussianTask(await createEngine(), { labelled: 40 });
  const scaled = (a: typeof images, factors: number[]) =>
    matrix(
      a.rows,
      a.columns,
      a.data.map((value, at) => value * factors[at % a.columns]!),
    );
  for (const [whitening, factors] of [
    [undefined, [3, 3, 3]],
    [1e-6, [10, 1, 0.5]],
  ] as const) {
    const learner = nearestMean(whitening === undefined ? {} : { whitening });
    const plain = await (await learner.fit(task)).predict(images);
    const other = await (
      await learner.fit({ ...task, features: scaled(task.features, [...factors]) })
    ).predict(scaled(images, [...factors]));
    plain.fine.data.forEach((p, at) => assert.ok(Math.abs(p - other.fine.data[at]!) < 2e-3));
  }
});
