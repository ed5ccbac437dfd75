import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../../../lib/root';
import type { RoundRecord } from '../../../lib/rounds/record';
import { buyMostUseful } from '../../../lib/strategies/buy-largest';
import { defineStrategy } from '../../../lib/strategies/define';
import { uncertainties } from '../../../lib/strategies/uncertainty';
import { runGrid, type GridSetup } from '../../../lib/study/grid';
import { stripes, unpacked } from '../../inputs/datasets/miniatures';
import { scratchFolder } from '../../scratch';

const grid = {
  dataset: 'typefaces',
  strategies: ['margin'],
  seeds: 1,
  rounds: 2,
  budget: 40,
  training: { hidden: 16, steps: 10 },
} satisfies GridSetup;

const bare = (records: readonly RoundRecord[], name: string): string =>
  JSON.stringify(records, (key, value: unknown) =>
    ['timing', 'config', 'code'].includes(key) ? undefined : value,
  ).replaceAll(name, 'margin');

/** A file with a strategy like margin, or another measure. */
function ownFile(folder: string, measure = 'margin', name = 'own'): string {
  const file = path.join(folder, 'own.ts');
  writeFileSync(
    file,
    `import { buyMostUseful, defineStrategy, uncertainties } from ${JSON.stringify(path.join(repositoryRoot, 'lib/index'))};
     export const own = defineStrategy({ name: '${name}', create: () => ({
       query: async (context) =>
         buyMostUseful(context, uncertainties['${measure}']((await context.predict(context.pool.notFull())).fine)),
     }) });`,
  );
  return file;
}

test('a strategy from a file runs in workers, its hash is in the record, and it goes on only as long as it is the same', async () => {
  const folder = scratchFolder('own');
  const out = path.join(folder, 'out');
  const file = ownFile(folder);
  const records = await runGrid({ ...grid, strategies: [file, 'margin'], workers: 2, out });
  const [own, margin] = [records.slice(0, 2), records.slice(2)];
  assert.match(own[0]!.code!, /^[0-9a-f]{12}$/);
  assert.equal(margin[0]!.code, undefined);
  assert.equal(bare(own.slice(0, 1), 'own'), bare(margin.slice(0, 1), 'margin'), 'the start is the same for all');
  assert.deepEqual(await runGrid({ ...grid, strategies: [file], out }), own, 'what is there is not run again');
  ownFile(folder, 'entropy');
  await assert.rejects(
    runGrid({ ...grid, strategies: [file], out }),
    /holds rounds of "own" by other code \([0-9a-f]{12} there, [0-9a-f]{12} here\): .*own.ts has changed since/,
  );
});

test('a strategy that is given as an object runs in this process, with a word about it', async () => {
  const own = defineStrategy({
    name: 'own',
    create: () => ({
      query: async (context) =>
        buyMostUseful(context, uncertainties.margin((await context.predict(context.pool.notFull())).fine)),
    }),
  });
  const warnings: string[] = [];
  const records = await runGrid({ ...grid, strategies: [own], warn: (text) => void warnings.push(text) });
  assert.equal(records.length, 2);
  assert.match(warnings.join(), /The strategy given as an object is known to this process only.*put it into a file/);
});

test('a folder that has changed since the last grid of this process is read anew', async () => {
  const folder = unpacked(new Map());
  for (const k of [0, 1, 2, 3])
    for (const i of [0, 1, 2, 3, 4, 5]) {
      mkdirSync(path.join(folder, `class ${k}`), { recursive: true });
      writeFileSync(path.join(folder, `class ${k}`, `${i}.jpg`), await stripes(k, i));
    }
  const groups: number[] = [];
  const own = defineStrategy({
    name: 'own',
    create: () => ({
      async query(context) {
        const { fine, coarse } = await context.predict(context.pool.notFull());
        groups.push(coarse.columns);
        return buyMostUseful(context, uncertainties.margin(fine));
      },
    }),
  });
  process.env.DATA_ROOT = path.join(folder, 'root');
  for (const count of [2, 3]) {
    const lines = [0, 1, 2, 3].map((k) => `class ${k},group ${k % count}\n`);
    writeFileSync(path.join(folder, 'hierarchy.csv'), `fine,coarse\n${lines.join('')}`);
    const dataset = `image-folder:${folder}`;
    await runGrid({ ...grid, dataset, budget: 4, strategies: [own], warn: () => {} });
  }
  assert.deepEqual([...new Set(groups)], [2, 3]);
});

test('a learner, a noise model and an annotator from files are part of the study, code and all', async () => {
  const folder = scratchFolder('own');
  const library = JSON.stringify(path.join(repositoryRoot, 'lib/index'));
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(folder, `${name}.ts`), text.replace('LIB', library));
    return path.join(folder, `${name}.ts`);
  };
  const first = `import { defineAnnotator } from LIB;
    export default defineAnnotator({ name: 'first', create: () => ({
      answer: async ({ images }) => ({ coarse: images.map(() => N) }) }) });`;
  const annotator = file('annotator', first.replace('N', '0'));
  const out = path.join(folder, 'out');
  const setup = { ...grid, strategies: ['fixed-ratio'], rounds: 1, annotator, out, workers: 1 };
  const [record] = await runGrid(setup);
  assert.ok(record!.weak > 0 && record!.transition!.every((row) => row[0]! > 0.5), 'it says the first group always');
  file('annotator', first.replace('N', '1'));
  await assert.rejects(runGrid(setup), /annotator.code: "[0-9a-f]{12}" there, "[0-9a-f]{12}" here/);
});

test('a file that exports no strategy, several, or one of a built-in name is refused with what was expected', async () => {
  const folder = scratchFolder('own');
  const file = path.join(folder, 'bad.ts');
  const refused = async (text: string | undefined, message: RegExp): Promise<void> => {
    if (text !== undefined) writeFileSync(file, text);
    await assert.rejects(runGrid({ ...grid, strategies: [text === undefined ? './nowhere.ts' : file] }), message);
  };
  await refused(undefined, /There is no file .*nowhere\.ts/);
  await refused('export const x = 1;', /bad\.ts exports no strategy/);
  await refused('throw new Error("at once");', /bad\.ts cannot be loaded: at once/);
  const named = ownFile(folder, 'margin', 'entropy');
  await assert.rejects(
    runGrid({ ...grid, strategies: [named] }),
    /calls its strategy "entropy", which is the name of a built-in/,
  );
});
