import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { typefaces, typefacesFolder } from '../../inputs/datasets/typefaces';
import type { TypefacesCard } from '../../inputs/datasets/typefaces-card';
import type { Dataset, Split } from '../../lib/data/dataset';
import { createEngine } from '../../lib/engine';
import { matrix } from '../../lib/engine/matrix';
import { fisherDefaults, fisherVectors, fitFisherVectors } from '../../inputs/features/fisher-vectors';
import { applyPca, fitPca } from '../../lib/engine/pca';
import { createRandom } from '../../lib/random';
import { trainClassifier } from '../../data-scripts/typefaces/classifier';
import { auxiliaryFamilies, poolFamilies } from '../../data-scripts/typefaces/families';
import { facesOf, fontsInstalled } from '../../data-scripts/typefaces/fonts';
import { linearProbe } from '../../data-scripts/typefaces/linear-probe';
import { drawPictures, planSplit } from '../../data-scripts/typefaces/pictures';
import { blur, plane, resize } from '../../data-scripts/typefaces/plane';
import { dataConditions, renderer } from '../../data-scripts/typefaces/render';
import { buildRandom } from '../../data-scripts/typefaces/seed';
import { checkWordLists, words } from '../../data-scripts/typefaces/words';

const card = JSON.parse(readFileSync(path.join(typefacesFolder, 'card.json'), 'utf8')) as TypefacesCard;

test('the word lists of pool, test and annotator share no word', () => {
  checkWordLists();
  const all = (['pool', 'test', 'annotator'] as const).flatMap((list) => words(list));
  assert.equal(new Set(all).size, all.length);
  assert.ok(all.length > 900);
});

test('the families of the pool and of the annotator are disjoint, in the lists and in the card', () => {
  const [pool, auxiliary] = [poolFamilies, auxiliaryFamilies].map((families) => Object.values(families).flat());
  assert.deepEqual(
    pool!.filter((family) => auxiliary!.includes(family)),
    [],
  );
  assert.deepEqual([new Set(pool).size, new Set(auxiliary).size], [25, 161]);
  const shown = new Set(card.classes.map(({ family }) => family));
  assert.deepEqual(
    card.annotator.families.filter((family) => shown.has(family)),
    [],
  );
  assert.equal(card.annotator.families.length, 161);
});

test('every family has its font pinned to one exact version, and no font is without a family', () => {
  const list = path.join(__dirname, '..', '..', 'data-scripts', 'typefaces', 'package.json');
  const { dependencies } = JSON.parse(readFileSync(list, 'utf8')) as { dependencies: Record<string, string> };
  const families = [poolFamilies, auxiliaryFamilies].flatMap((some) => Object.values(some).flat());
  assert.deepEqual(Object.keys(dependencies).sort(), families.map((family) => `@fontsource/${family}`).sort());
  for (const version of Object.values(dependencies)) assert.match(version, /^\d+\.\d+\.\d+$/);
});

const cannotRender = !fontsInstalled()
  ? 'the fonts are not installed (npm run typefaces:build installs them)'
  : card.renderer !== renderer && `the images were drawn by ${card.renderer}, this is ${renderer}`;

test('drawing committed images again gives the same bytes', { skip: cannotRender }, async () => {
  const dataset = await typefaces();
  const faces = facesOf(poolFamilies, 'refuse');
  assert.deepEqual(
    faces.map(({ name }) => name),
    dataset.hierarchy.fine,
  );
  for (const split of ['pool', 'test'] as const) {
    const { labels, orders } = planSplit(split, faces, dataConditions, buildRandom());
    assert.deepEqual(labels, dataset[split].fine);
    const some = orders.filter((_, i) => i % 97 === 0);
    const drawn = drawPictures(some, words(split));
    const { pixels } = dataset[split].images!;
    for (let n = 0; n < some.length; n++)
      assert.deepEqual(
        drawn.pixels.subarray(n * 3072, (n + 1) * 3072),
        pixels.subarray(97 * n * 3072, (97 * n + 1) * 3072),
        `${split} image ${97 * n}`,
      );
  }
});

test('a picture depends on its own order only, not on those before it', { skip: cannotRender }, () => {
  const faces = facesOf(poolFamilies, 'refuse');
  const { orders } = planSplit('pool', faces, dataConditions, buildRandom());
  const alone = drawPictures([orders[7]!], words('pool'));
  const after = drawPictures(
    [orders[3]!, planSplit('pool', faces, dataConditions, buildRandom()).orders[7]!],
    words('pool'),
  );
  assert.deepEqual(alone.pixels, after.pixels.subarray(3072));
});

test('a linear classifier tells ten typefaces apart by their Fisher vectors', async () => {
  const subset = classesOf(await typefaces(), 10);
  const engine = await createEngine();
  const random = createRandom(0);
  const settings = { ...fisherDefaults, stride: 2, samples: 10_000, iterations: 8, gaussians: 16 };
  const model = await fitFisherVectors(subset.pool.images!, engine, random.stream('fisher'), settings);
  const [pool, unseen] = [
    await fisherVectors(subset.pool.images!, model, engine),
    await fisherVectors(subset.test.images!, model, engine),
  ];
  const pca = await fitPca(pool, 128, engine, random.stream('pca'));
  const accuracy = await linearProbe(
    { x: await applyPca(pca, pool, engine), labels: subset.pool.fine },
    { x: await applyPca(pca, unseen, engine), labels: subset.test.fine },
    10,
    engine,
    100,
  );
  assert.ok(accuracy > 0.9, `${accuracy} of the test images`);
});

test('the linear probe and the small network learn two Gaussians, and neither learns noise', async () => {
  const engine = await createEngine();
  const random = createRandom(1);
  const draw = (apart: number) => {
    const labels = Int32Array.from({ length: 200 }, (_, i) => i % 2);
    const x = matrix(200, 4);
    for (let i = 0; i < 800; i++) x.data[i] = random.normal() + (i % 4 === 0 && labels[i >> 2] ? apart : 0);
    return { x, labels };
  };
  const options = {
    hidden: 8,
    epochs: 20,
    batch: 32,
    learningRate: 1e-2,
    weightDecay: 1e-3,
    inputDropout: 0,
    dropout: 0.1,
    labelSmoothing: 0.1,
  };
  for (const [apart, low, high] of [
    [6, 0.98, 1],
    [0, 0.35, 0.65],
  ] as const) {
    const [training, unseen] = [draw(apart), draw(apart)];
    const probed = await linearProbe(training, unseen, 2, engine);
    const classify = await trainClassifier(training.x, training.labels, 2, options, engine, random.stream('network'));
    const { data } = await classify(unseen.x);
    const right = unseen.labels.filter((label, i) => data[2 * i + label]! > 0.5).length / 200;
    for (const accuracy of [probed, right]) assert.ok(accuracy >= low && accuracy <= high, `${accuracy} at ${apart}`);
  }
});

test('blur keeps the mean and spreads a point by its standard deviation', () => {
  const point = plane(21, 21, (x, y) => (x === 10 && y === 10 ? 1 : 0));
  const { data } = blur(point, 1.5);
  let [sum, spread] = [0, 0];
  data.forEach((value, i) => {
    sum += value;
    spread += value * ((i % 21) - 10) ** 2;
  });
  assert.ok(Math.abs(sum - 1) < 1e-5);
  assert.ok(Math.abs(Math.sqrt(spread) - 1.5) < 0.1);
});

test('resizing keeps a linear ramp, edges aside', () => {
  const ramp = plane(8, 20, (x) => x);
  const half = resize(ramp, 4, 10);
  for (let x = 1; x < 9; x++) assert.ok(Math.abs(half.data[10 + x]! - (2 * x + 0.5)) < 1e-5);
});

/** The images of every `step`-th class, relabelled from 0. */
function classesOf(dataset: Dataset, step: number): { pool: Split; test: Split } {
  const part = ({ fine, images }: Split): Split => {
    const picks = [...fine.keys()].filter((i) => fine[i]! % step === 0);
    const pixels = new Uint8Array(picks.length * 3072);
    picks.forEach((pick, n) => pixels.set(images!.pixels.subarray(pick * 3072, (pick + 1) * 3072), n * 3072));
    return {
      fine: Int32Array.from(picks, (i) => fine[i]! / step),
      images: { ...images!, count: picks.length, pixels },
    };
  };
  return { pool: part(dataset.pool), test: part(dataset.test) };
}
