import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { agreement } from '../../lib/datasets/card';
import { createHierarchy, groupsOf } from '../../lib/datasets/hierarchy';
import { packNibbles } from '../../lib/datasets/nibbles';
import { typefacesFolder } from '../../lib/datasets/typefaces';
import type { TypefacesAnswers, TypefacesCard } from '../../lib/datasets/typefaces-card';
import { createEngine } from '../../lib/engine';
import { argmaxRows } from '../../lib/engine/matrix';
import { check } from '../../lib/errors';
import { features } from '../../lib/features/store';
import { createRandom } from '../../lib/random';
import { trainStandIn } from './annotator';
import { auxiliaryFamilies, poolFamilies } from './families';
import { facesOf, installFonts, licencesOf } from './fonts';
import { linearProbe } from './linear-probe';
import { drawPictures, planSplit } from './pictures';
import { dataConditions, HEIGHT, specimenConditions, WIDTH } from './render';
import { checkWordLists, words } from './words';

const SEED = 0;
const SPECIMEN = ['Handgloves'];
const annotatorName = 'stand-in annotator (simulated VLM)';

/** Builds the data set into `folder`: the same bytes on every run on one platform. */
async function build(folder: string): Promise<void> {
  const began = performance.now();
  const say = (message: string): void =>
    console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${message}`);
  say('installing the fonts');
  installFonts();
  checkWordLists();
  const faces = facesOf(poolFamilies, 'refuse');
  const auxiliary = facesOf(auxiliaryFamilies, 'leave-out');
  const taken = new Set(faces.map(({ id }) => id));
  const shared = auxiliary.find(({ id }) => taken.has(id));
  check(!shared, `${shared?.id} is both in the data set and among the annotator's families; keep them apart`);
  const hierarchy = createHierarchy(faces.map(({ name, group }) => [name, group]));

  const random = createRandom(SEED).stream('typefaces');
  const [pool, test] = (['pool', 'test'] as const).map((split) => {
    const { labels, orders } = planSplit(split, faces, dataConditions, random);
    say(`drawing the ${split}: ${orders.length} pictures`);
    return { fine: labels, images: drawPictures(orders, words(split)) };
  }) as [Part, Part];

  const engine = await createEngine();
  const standIn = await trainStandIn(
    auxiliary,
    hierarchy.coarse,
    words('annotator'),
    engine,
    random.stream('annotator'),
    say,
  );
  say('asking the stand-in annotator');
  const specimens = faces.map((face, f) => ({
    face,
    conditions: specimenConditions,
    random: random.stream('specimen', f),
  }));
  const coarse = await standIn.coarse(pool.images);
  const fine = argmaxRows(await standIn.similarity(pool.images, drawPictures(specimens, SPECIMEN)));
  const answered = argmaxRows(coarse);
  const answers: TypefacesAnswers = {
    annotator: annotatorName,
    coarse: [...answered],
    fine: [...fine],
    confidence: Array.from(answered, (c, i) => Number(coarse.data[i * coarse.columns + c]!.toFixed(2))),
    probabilities: Buffer.from(coarse.data.map((p) => Math.round(p * 255))).toString('base64'),
  };

  say('computing features for the linear probe');
  const dataset = { name: 'typefaces', title: '', hierarchy, pool, test };
  const computed = await features(dataset, { engine });
  const probed = await linearProbe(
    { x: computed.pool, labels: pool.fine },
    { x: computed.test, labels: test.fine },
    faces.length,
    engine,
  );

  say('compressing');
  const images = brotliCompressSync(
    Buffer.concat([
      Buffer.from(pool.fine),
      Buffer.from(test.fine),
      packNibbles(pool.images.pixels),
      packNibbles(test.images.pixels),
    ]),
    { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } },
  );
  const text = `${JSON.stringify(answers)}\n`;
  const card: TypefacesCard = {
    title: 'Renderings of real typefaces: words in 100 styles of 25 families, 16 groups',
    ...{ height: HEIGHT, width: WIDTH, pool: pool.fine.length, test: test.fine.length },
    classes: faces.map(({ name, group, family }) => ({ fine: name, coarse: group, family })),
    annotator: {
      name: annotatorName,
      description:
        'Small networks on Fisher vectors, trained on pictures of other families only, so zero-shot here. Coarse: the ' +
        'most probable group by an ensemble of three. Fine: the most similar of one specimen picture per class, by a ' +
        "network that tells the other families' styles apart.",
      families: [...new Set(auxiliary.map(({ family }) => family))],
      accuracy: { coarse: agreement(answered, groupsOf(hierarchy, pool.fine)), fine: agreement(fine, pool.fine) },
    },
    linearProbe: { fine: probed, features: computed.extractor },
    licences: licencesOf([...taken]),
    renderer: `@napi-rs/canvas ${canvasVersion()} on ${process.platform}-${process.arch}`,
    files: { 'images.bin.br': sha256(images), 'answers.json': sha256(text) },
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'images.bin.br'), images);
  writeFileSync(path.join(folder, 'answers.json'), text);
  writeFileSync(path.join(folder, 'card.json'), `${JSON.stringify(card, null, 2)}\n`);
  const { accuracy } = card.annotator;
  say(
    `${folder}: ${((images.length + text.length) / 1e6).toFixed(1)} MB; stand-in ${percent(accuracy.coarse)} coarse, ${percent(accuracy.fine)} fine; linear probe ${percent(probed)}`,
  );
}

type Part = { fine: Int32Array; images: ReturnType<typeof drawPictures> };

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

const canvasVersion = (): string =>
  (JSON.parse(readFileSync(require.resolve('@napi-rs/canvas/package.json'), 'utf8')) as { version: string }).version;

build(process.argv[2] ? path.resolve(process.argv[2]) : typefacesFolder).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
