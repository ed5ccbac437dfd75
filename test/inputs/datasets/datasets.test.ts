import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardOf } from '../../../inputs/datasets/card';
import { contactSheet } from '../../../inputs/datasets/contact-sheet';
import { validateDataset, type Dataset } from '../../../lib/data/dataset';
import { createHierarchy, groupsOf } from '../../../lib/data/hierarchy';
import { packNibbles, unpackNibbles } from '../../../inputs/datasets/nibbles';
import { datasets, loadDataset } from '../../../inputs/datasets/registry';
import { mostlyRight, synthetic } from '../../../inputs/datasets/synthetic';
import { matrix } from '../../../lib/engine/matrix';
import { InputError } from '../../../lib/errors';

const good = synthetic({ fine: 4, coarse: 2, pool: 12, test: 8, features: 3 });

function replaced<T extends Int32Array | Float32Array>(values: T, index: number, value: number): T {
  const copy = values.slice() as T;
  copy[index] = value;
  return copy;
}

function refuses(dataset: Dataset, message: RegExp): void {
  assert.throws(
    () => validateDataset(dataset),
    (error: Error) => {
      assert.ok(error instanceof InputError);
      assert.match(error.message, message);
      return true;
    },
  );
}

test('every embedded data set loads, and is what its name says', async () => {
  for (const name of ['typefaces', 'synthetic']) assert.equal((await loadDataset(name)).name, name);
  assert.deepEqual(Object.keys(datasets), [
    'typefaces',
    'synthetic',
    'cub200',
    'fgvc-aircraft',
    'flowers102',
    'oxford-pets',
  ]);
});

test('an unknown data set is refused with the known names', async () => {
  await assert.rejects(
    loadDataset('cub'),
    /Unknown data set: "cub"; expected one of: typefaces, synthetic, cub200, fgvc-aircraft, flowers102, oxford-pets, image-folder:PATH/,
  );
  await assert.rejects(loadDataset('toString'), /Unknown data set: "toString"/);
});

test('a hierarchy without a group, with a class twice, is refused by name', () => {
  assert.throws(() => createHierarchy([['wren', undefined]]), /Fine class "wren" has no group/);
  assert.throws(
    () =>
      createHierarchy([
        ['wren', 'a'],
        ['wren', 'b'],
      ]),
    /Fine class "wren" is listed twice/,
  );
});

test('a fine class without a group is refused', () => {
  const hierarchy = { ...good.hierarchy, groupOf: Int32Array.of(0, 1, 0, 7) };
  refuses({ ...good, hierarchy }, /synthetic: fine class "class 003" has no group/);
  refuses({ ...good, hierarchy: { ...hierarchy, groupOf: Int32Array.of(0, 1) } }, /2 groups for 4 fine classes/);
});

test('a class without images is refused, in the pool and in the test set', () => {
  const fine = good.pool.fine.map((label) => (label === 2 ? 1 : label));
  refuses({ ...good, pool: { ...good.pool, fine } }, /synthetic, pool: fine class "class 002" has no image/);
  const test = { ...good.test, fine: good.test.fine.map((label) => label % 3) };
  refuses({ ...good, test }, /synthetic, test: fine class "class 003" has no image/);
});

test('a label out of range is refused with the image and the range', () => {
  const fine = replaced(good.pool.fine, 5, 4);
  refuses({ ...good, pool: { ...good.pool, fine } }, /pool labels: image 5 has label 4; expected 0 to 3/);
  refuses({ ...good, pool: { ...good.pool, fine: replaced(fine, 5, -1) } }, /image 5 has label -1; expected 0 to 3/);
});

test('a NaN feature is refused with its row and column', () => {
  const features = matrix(8, 3, replaced(good.test.features!.data, 7, NaN));
  refuses(
    { ...good, test: { ...good.test, features } },
    /synthetic, test: feature 1 of image 2 \(row 2, column 1\) is NaN/,
  );
});

test('features and images that do not fit the labels are refused', () => {
  const wide = matrix(8, 4);
  refuses({ ...good, test: { ...good.test, features: wide } }, /pool features have 3 columns, test features 4/);
  refuses({ ...good, test: { ...good.test, features: matrix(7, 3) } }, /7 rows of features for 8 labels/);
  const images = { count: 8, height: 2, width: 2, channels: 1 as const, pixels: new Uint8Array(31) };
  refuses({ ...good, test: { ...good.test, images } }, /31 pixel values; expected 32/);
});

test('answers out of range or too few are refused; -1, outside the list, is not', () => {
  const answers = good.answers!;
  refuses(
    { ...good, answers: { ...answers, coarse: replaced(answers.coarse, 3, 2) } },
    /coarse answers: image 3 has label 2/,
  );
  refuses({ ...good, answers: { ...answers, coarse: answers.coarse.slice(1) } }, /coarse answers: 11 for 12 images/);
  const { fine } = good.pool;
  const K = good.hierarchy.fine.length;
  for (const [more, message] of [
    [{ fineOutside: ['a cat'] }, /names outside the list: 1 for 12 images; expected one for each image/],
    [{ confidence: new Float32Array(11) }, /confidence: 11 for 12 images; expected one for each image/],
    [{ confidence: new Float32Array(12).fill(1.5) }, /confidence: image 0 has 1.5; expected 0 to 1/],
    [{ confidence: new Float32Array(12).fill(NaN, 7) }, /confidence: image 7 has NaN; expected 0 to 1/],
    [{ probabilities: matrix(12, 3) }, /synthetic, coarse probabilities: 12 x 3; expected 12 x 2/],
    [{ fineProbabilities: matrix(11, K) }, /synthetic, fine probabilities: 11 x \d; expected 12 x \d/],
    ...[NaN, -0.5, Infinity].map(
      (p) =>
        [
          { fineProbabilities: matrix(12, K, new Float32Array(12 * K).fill(p, 2 * K + 1)) },
          new RegExp(`fine probabilities: image 2, column 1 is ${p}; expected 0 or more`),
        ] as const,
    ),
  ] as const)
    refuses({ ...good, answers: { ...answers, fine, ...more } }, message);
  const outside = { ...good, answers: { ...answers, coarse: replaced(answers.coarse, 3, -1) } };
  assert.equal(validateDataset(outside), outside);
});

test('packing keeps 16 gray levels: unpacked values lie within 8 of the original, and pack to the same bytes', () => {
  const pixels = Uint8Array.from({ length: 256 }, (_, i) => i);
  const unpacked = unpackNibbles(packNibbles(pixels));
  pixels.forEach((value, i) => assert.ok(Math.abs(unpacked[i]! - value) <= 8));
  assert.deepEqual(packNibbles(unpacked), packNibbles(pixels));
  assert.deepEqual(packNibbles(Uint8Array.of(0x12, 0xf0)), Uint8Array.of(0x1f));
});

test('a synthetic data set is the same for a seed and another for another', () => {
  assert.deepEqual(synthetic({ seed: 3 }), synthetic({ seed: 3 }));
  assert.notDeepEqual(synthetic({ seed: 3 }).pool.features, synthetic({ seed: 4 }).pool.features);
});

test("a synthetic annotator's answers follow its transition matrix", () => {
  const transition = matrix(3, 3, Float32Array.of(0.7, 0.2, 0.1, 0, 1, 0, 0.25, 0.25, 0.5));
  const { hierarchy, pool, answers } = synthetic({ fine: 6, coarse: 3, pool: 30000, features: 2, transition });
  const counts = new Float64Array(9);
  groupsOf(hierarchy, pool.fine).forEach((group, i) => counts[3 * group + answers!.coarse[i]!]!++);
  counts.forEach((count, i) =>
    assert.ok(Math.abs(count / 10000 - transition.data[i]!) < 0.015, `entry ${i}: ${count}`),
  );
});

test('synthetic classes of one group lie nearer one another than those of different groups', () => {
  const { hierarchy, pool } = synthetic({ fine: 12, coarse: 3, pool: 1200, features: 32 });
  const d = 32;
  const means = new Float64Array(12 * d);
  pool.fine.forEach((k, i) => {
    for (let j = 0; j < d; j++) means[k * d + j]! += pool.features!.data[i * d + j]! / 100;
  });
  const sums = { within: [0, 0], between: [0, 0] };
  for (let a = 0; a < 12; a++)
    for (let b = 0; b < a; b++) {
      const tally = sums[hierarchy.groupOf[a] === hierarchy.groupOf[b] ? 'within' : 'between'];
      for (let j = 0; j < d; j++) tally[0]! += (means[a * d + j]! - means[b * d + j]!) ** 2;
      tally[1]!++;
    }
  assert.ok(2 * (sums.within[0]! / sums.within[1]!) < sums.between[0]! / sums.between[1]!);
});

test('synthetic options that cannot be are refused', () => {
  assert.throws(() => synthetic({ fine: 3, coarse: 5 }), /Unexpected fine: 3/);
  assert.throws(() => synthetic({ fine: 20, test: 10 }), /Unexpected pool: 1000, test: 10/);
  assert.throws(() => synthetic({ transition: mostlyRight(4, 0.8) }), /transition matrix: 4 x 4; expected 5 x 5/);
  const wrong = mostlyRight(5, 0.8);
  wrong.data[7]! += 0.1;
  assert.throws(() => synthetic({ transition: wrong }), /row 1 is .*; expected probabilities that sum to 1/);
});

test('a card counts classes, images and right answers', () => {
  const card = cardOf({ ...good, answers: { ...good.answers!, coarse: new Int32Array(12) } });
  assert.deepEqual([card.fine, card.coarse, card.pool, card.test], [4, 2, 12, 8]);
  assert.deepEqual(card.weakLabelAccuracy, { coarse: 0.5 });
});

test('a contact sheet is a PNG of all classes, for gray and RGB images alike', async () => {
  for (const channels of [1, 3] as const) {
    const images = { count: 12, height: 10, width: 20, channels, pixels: new Uint8Array(12 * 200 * channels) };
    const sheet = await contactSheet({ ...good, pool: { ...good.pool, images } }, { columns: 2, perClass: 2 });
    assert.deepEqual([...sheet.subarray(1, 4)], [...Buffer.from('PNG')]);
  }
  await assert.rejects(contactSheet(good), /synthetic has no images to show/);
});
