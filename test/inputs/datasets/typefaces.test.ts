import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { agreement } from '../../../inputs/datasets/card';
import { groupsOf } from '../../../lib/data/hierarchy';
import { typefaces, typefacesFolder } from '../../../inputs/datasets/typefaces';
import type { TypefacesCard } from '../../../inputs/datasets/typefaces-card';
import { argmaxRows, row } from '../../../lib/engine/matrix';
import { InputError } from '../../../lib/errors';
import { scratchFolder } from '../../scratch';

const card = JSON.parse(readFileSync(path.join(typefacesFolder, 'card.json'), 'utf8')) as TypefacesCard;

const loaded = typefaces();

test('typefaces loads in under a second of processor time', async () => {
  await loaded; // or its time would count as well
  const before = process.cpuUsage();
  await typefaces();
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 1e6, `took ${(user + system) / 1000} ms`);
});

test('typefaces has 100 classes in 16 groups, 55 pool and 25 test images of each', async () => {
  const { hierarchy, pool, test } = await loaded;
  assert.deepEqual([hierarchy.fine.length, hierarchy.coarse.length], [100, 16]);
  for (const [{ fine, images }, each] of [
    [pool, 55],
    [test, 25],
  ] as const) {
    assert.deepEqual([images!.count, images!.height, images!.width, images!.channels], [100 * each, 32, 96, 1]);
    for (let k = 0; k < 100; k++) assert.equal(fine.filter((label) => label === k).length, each);
  }
});

test('a class lies in the group of its weight, slant and genre', async () => {
  const { hierarchy } = await loaded;
  const group = (name: string): string | undefined =>
    hierarchy.coarse[hierarchy.groupOf[hierarchy.fine.indexOf(name)]!];
  assert.equal(group('Lora Bold Italic'), 'bold italic serif');
  assert.equal(group('Arvo Regular'), 'regular upright slab');
  assert.equal(group('Space Mono Bold'), 'bold upright mono');
  assert.equal(group('Exo 2 Regular Italic'), 'regular italic sans');
});

test('images come in an order that says nothing of their class', async () => {
  const { pool } = await loaded;
  const repeats = pool.fine.filter((label, i) => i > 0 && label === pool.fine[i - 1]).length;
  assert.ok(repeats > 20 && repeats < 100, `${repeats} neighbours share a class; about 54 are expected`);
});

test('every image shows ink: dark letters on lighter paper, 16 gray levels', async () => {
  const { pool } = await loaded;
  const { pixels } = pool.images!;
  assert.ok(pixels.every((value) => value % 16 === 8));
  for (let i = 0; i < 5500; i += 11) {
    const image = pixels
      .subarray(i * 3072, (i + 1) * 3072)
      .slice()
      .sort();
    const [dark, middle] = [image[60]!, image[1536]!];
    assert.ok(middle - dark > 60, `image ${i}: ink at ${dark}, paper at ${middle}`);
  }
});

test('no two images are the same, within or between pool and test', async () => {
  const { pool, test } = await loaded;
  const seen = new Set<string>();
  for (const { pixels, count } of [pool.images!, test.images!])
    for (let i = 0; i < count; i++) seen.add(Buffer.from(pixels.subarray(i * 3072, (i + 1) * 3072)).toString('latin1'));
  assert.equal(seen.size, 8000);
});

test('the stand-in annotator is as right as the card says: 85-92 % on groups, 15-45 % on classes', async () => {
  const { answers, hierarchy, pool } = await loaded;
  const coarse = agreement(answers!.coarse, groupsOf(hierarchy, pool.fine));
  const fine = agreement(answers!.fine!, pool.fine);
  assert.deepEqual({ coarse, fine }, card.annotator.accuracy);
  assert.ok(coarse >= 0.85 && coarse <= 0.92, `coarse ${coarse}`);
  assert.ok(fine >= 0.15 && fine <= 0.45, `fine ${fine}`);
  assert.match(answers!.annotator, /stand-in annotator \(simulated VLM\)/);
});

test('its answer is its most probable group, and confident answers are right more often', async () => {
  const { answers, hierarchy, pool } = await loaded;
  const { coarse, confidence, probabilities } = answers!;
  const named = argmaxRows(probabilities!);
  const groups = groupsOf(hierarchy, pool.fine);
  const right = { sure: [0, 0], unsure: [0, 0] };
  for (let i = 0; i < coarse.length; i++) {
    const line = row(probabilities!, i);
    assert.ok(Math.abs(line.reduce((sum, p) => sum + p, 0) - 1) < 1e-5);
    assert.ok(
      line[coarse[i]!]! >= line[named[i]!]! - 0.005,
      `image ${i} is answered ${coarse[i]}, most probable ${named[i]}`,
    );
    assert.ok(Math.abs(line[coarse[i]!]! - confidence![i]!) < 0.03);
    const tally = right[confidence![i]! > 0.7 ? 'sure' : 'unsure'];
    tally[coarse[i] === groups[i] ? 0 : 1]!++;
  }
  const share = ([yes, no]: number[]): number => yes! / (yes! + no!);
  assert.ok(share(right.sure) > share(right.unsure) + 0.2, JSON.stringify(right));
});

test('the card states an open licence for every family, and a linear probe of at least 78 %', () => {
  const families = new Set(card.classes.map(({ family }) => family));
  assert.equal(families.size, 25);
  assert.deepEqual(new Set(card.licences.map(({ family }) => family)), families);
  assert.ok(card.licences.every(({ licence }) => licence === 'OFL-1.1'));
  assert.ok(card.linearProbe.fine >= 0.78);
});

test('the committed files take less than 6 MB', () => {
  const sizes = readdirSync(typefacesFolder).map((name) => statSync(path.join(typefacesFolder, name)).size);
  assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 6e6);
});

for (const [name, damage, message] of [
  [
    'a truncated picture file',
    (f: string) => truncateSync(path.join(f, 'images.bin.br'), 1000),
    /images\.bin\.br is damaged: its sha256 is [0-9a-f]{64} \(1000 bytes\); expected [0-9a-f]{64}/,
  ],
  [
    'one changed byte in the answers',
    (f: string) => change(path.join(f, 'answers.json')),
    /answers\.json is damaged: its sha256/,
  ],
  ['a missing picture file', (f: string) => rmSync(path.join(f, 'images.bin.br')), /images\.bin\.br is missing/],
  ['a card cut short', (f: string) => truncateSync(path.join(f, 'card.json'), 500), /card\.json is damaged/],
] as const)
  test(`${name} is refused, naming the file and what to do`, async () => {
    const folder = scratchFolder('typefaces');
    cpSync(typefacesFolder, folder, { recursive: true });
    damage(folder);
    await assert.rejects(typefaces(folder), (error: Error) => {
      assert.ok(error instanceof InputError);
      assert.match(error.message, message);
      assert.match(error.message, /git checkout -- inputs\/datasets\/typefaces/);
      return true;
    });
    rmSync(folder, { recursive: true });
  });

function change(file: string): void {
  const bytes = readFileSync(file);
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  writeFileSync(file, bytes);
}
