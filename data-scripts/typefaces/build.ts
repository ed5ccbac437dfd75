import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';
import { agreement } from '../../inputs/datasets/card';
import type { Dataset, Images } from '../../lib/data/dataset';
import { createHierarchy, groupsOf, type Hierarchy } from '../../lib/data/hierarchy';
import { packNibbles } from '../../inputs/datasets/nibbles';
import { typefacesFolder } from '../../inputs/datasets/typefaces';
import type { TypefacesAnswers, TypefacesCard } from '../../inputs/datasets/typefaces-card';
import { createEngine } from '../../lib/engine';
import type { Engine } from '../../lib/engine/engine';
import { argmaxRows } from '../../lib/engine/matrix';
import { check } from '../../lib/errors';
import { features } from '../../inputs/features/store';
import { main } from '../cli/command';
import { trainStandIn } from './annotator';
import { auxiliaryFamilies, poolFamilies } from './families';
import { facesOf, installFonts, licencesOf, type Face } from './fonts';
import { linearProbe } from './linear-probe';
import { drawPictures, planSplit } from './pictures';
import { dataConditions, HEIGHT, renderer, specimenConditions, WIDTH } from './render';
import { buildRandom } from './seed';
import { checkWordLists, words } from './words';

const SPECIMEN = ['Handgloves'];
const annotatorName = 'stand-in annotator (simulated VLM)';
const annotatorDescription =
  'Small networks on Fisher vectors, trained on pictures of other families only, so zero-shot here. Coarse: the most ' +
  'probable group by an ensemble of three. Fine: the most similar of one specimen picture per class, by a network ' +
  "that tells the other families' styles apart.";

type Say = (message: string) => void;
type Drawn = { readonly fine: Int32Array; readonly images: Images };

/** Builds the data set into `folder`: the same bytes on every run on one platform. */
async function build(folder: string): Promise<void> {
  const say = clock();
  say('installing the fonts');
  installFonts();
  checkWordLists();
  const faces = facesOf(poolFamilies, 'refuse');
  const auxiliary = facesOf(auxiliaryFamilies, 'leave-out');
  const own = new Set(faces.map(({ id }) => id));
  const shared = auxiliary.find(({ id }) => own.has(id));
  check(!shared, `${shared?.id} is both in the data set and among the annotator's families; keep them apart`);

  const hierarchy = createHierarchy(faces.map(({ name, group }) => [name, group]));
  const [pool, test] = [draw('pool', faces, say), draw('test', faces, say)];
  const engine = await createEngine({ name: 'onnxruntime' });
  const answers = await annotate(pool.images, faces, auxiliary, hierarchy, engine, say);
  say('measuring what a linear classifier makes of the features');
  const probed = await probe({ name: 'typefaces', title: '', hierarchy, pool, test }, engine);
  say('compressing');
  const images = compress(pool, test);
  const text = `${JSON.stringify(answers)}\n`;

  const card: TypefacesCard = {
    title: 'Renderings of real typefaces: words in 100 styles of 25 families, 16 groups',
    height: HEIGHT,
    width: WIDTH,
    pool: pool.fine.length,
    test: test.fine.length,
    classes: faces.map(({ name, group, family }) => ({ fine: name, coarse: group, family })),
    annotator: {
      name: annotatorName,
      description: annotatorDescription,
      families: [...new Set(auxiliary.map(({ family }) => family))],
      accuracy: {
        coarse: agreement(Int32Array.from(answers.coarse), groupsOf(hierarchy, pool.fine)),
        fine: agreement(Int32Array.from(answers.fine), pool.fine),
      },
    },
    linearProbe: probed,
    licences: licencesOf(own),
    renderer,
    files: { 'images.bin.br': sha256(images), 'answers.json': sha256(text) },
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'images.bin.br'), images);
  writeFileSync(path.join(folder, 'answers.json'), text);
  writeFileSync(path.join(folder, 'card.json'), `${JSON.stringify(card, null, 2)}\n`);
  const { coarse, fine } = card.annotator.accuracy;
  say(`stand-in ${percent(coarse)} coarse, ${percent(fine)} fine; linear probe ${percent(probed.fine)}`);
  say(`${((images.length + text.length) / 1e6).toFixed(1)} MB in ${folder}`);
}

function draw(split: 'pool' | 'test', faces: readonly Face[], say: Say): Drawn {
  const { labels, orders } = planSplit(split, faces, dataConditions, buildRandom());
  say(`drawing the ${split}: ${orders.length} pictures`);
  return { fine: labels, images: drawPictures(orders, words(split)) };
}

/** The stand-in's answers to the pool: it sees the images, the class lists and one specimen of each fine class. */
async function annotate(
  images: Images,
  faces: readonly Face[],
  auxiliary: readonly Face[],
  hierarchy: Hierarchy,
  engine: Engine,
  say: Say,
): Promise<TypefacesAnswers> {
  const random = buildRandom();
  const list = words('annotator');
  const standIn = await trainStandIn(auxiliary, hierarchy.coarse, list, engine, random.stream('annotator'), say);
  say('asking the stand-in annotator');
  const conditions = specimenConditions;
  const orders = faces.map((face, f) => ({ face, conditions, random: random.stream('specimen', f) }));
  const coarse = await standIn.coarse(images);
  const fine = await standIn.similarity(images, drawPictures(orders, SPECIMEN));
  const named = argmaxRows(coarse);
  return {
    annotator: annotatorName,
    coarse: [...named],
    fine: [...argmaxRows(fine)],
    confidence: Array.from(named, (c, i) => Number(coarse.data[i * coarse.columns + c]!.toFixed(2))),
    probabilities: Buffer.from(coarse.data.map((p) => Math.round(p * 255))).toString('base64'),
  };
}

/** Features computed from nothing, so that no earlier run has a say. */
async function probe({ pool, test, ...dataset }: Dataset, engine: Engine): Promise<TypefacesCard['linearProbe']> {
  const folder = mkdtempSync(path.join(tmpdir(), 'typefaces-'));
  const found = await features({ ...dataset, pool, test }, { engine, folder });
  rmSync(folder, { recursive: true });
  const training = { x: found.pool, labels: pool.fine };
  const fine = await linearProbe(training, { x: found.test, labels: test.fine }, dataset.hierarchy.fine.length, engine);
  return { fine, features: found.extractor };
}

/** Labels of pool and test, one byte each, then their pixels, half a byte each. */
function compress(pool: Drawn, test: Drawn): Buffer {
  const labels = [pool, test].map(({ fine }) => Buffer.from(fine));
  const pixels = [pool, test].map(({ images }) => packNibbles(images.pixels));
  return brotliCompressSync(Buffer.concat([...labels, ...pixels]), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
}

function clock(): Say {
  const began = performance.now();
  return (message) => console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${message}`);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

main('npm run typefaces:build [-- FOLDER]\n       e.g. npm run typefaces:build -- out', () => {
  const [folder] = parseArgs({ allowPositionals: true }).positionals;
  return build(folder ? path.resolve(folder) : typefacesFolder);
});
