import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { flowerSpecies } from '../../../inputs/datasets/flowers102';
import { createRandom } from '../../../lib/random';
import { matFile } from './mat-files';
import { scratchFolder } from '../../scratch';

/** Files of a small data set in the exact format of a real one: path -> bytes. */
export type Miniature = Map<string, Buffer>;

export interface MiniatureOptions {
  /** As the real lists name them. */
  readonly classes: readonly string[];
  /** Images of each class, in the pool and in the test set. */
  readonly pool: number;
  readonly test: number;
}

const fixtures = path.join(__dirname, '..', '..', 'fixtures');
const readLines = (name: string): string[] =>
  readFileSync(path.join(fixtures, name), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));

/** The 200 names of CUB's classes.txt, without their numbers. */
export const cubClasses = readLines('cub200-classes.txt');
/** Aircraft's 100 variants and their manufacturers. */
export const aircraftVariants = readLines('fgvc-aircraft-variants.tsv').map((line) => line.split('\t'));

/** A picture of class `k`: stripes of its own width and direction, with noise; every fifth is an odd one. */
export async function stripes(k: number, i: number): Promise<Buffer> {
  const [width, height] = [40 + (i % 3) * 8, 36];
  const random = createRandom(k).stream('stripes', i);
  const [slope, period] = [(k % 4) - 1.5, 5 + (k % 5) * 2];
  const pixels = Uint8Array.from({ length: width * height }, (_, p) => {
    const wave = Math.sin((2 * Math.PI * ((p % width) + slope * Math.floor(p / width))) / period + i);
    return Math.max(0, Math.min(255, 128 + 80 * wave + 12 * random.normal()));
  });
  const gray = sharp(pixels, { raw: { width, height, channels: 1 } });
  const odd = i % 5;
  if (odd === 0) return gray.jpeg().toBuffer();
  const colour = await gray.toColourspace('srgb').tint({ r: 200, g: 160, b: 120 }).png().toBuffer();
  if (odd === 1) return sharp(colour).toColourspace('cmyk').jpeg().toBuffer();
  if (odd === 2)
    return sharp(await sharp(colour).rotate(-90).toBuffer())
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
  return sharp(colour).jpeg().toBuffer();
}

/** CUB_200_2011 with Windows line ends and blank last lines, training and test images in turns, as in the archive. */
export async function cubMiniature({ classes, pool, test }: MiniatureOptions, draw = stripes): Promise<Miniature> {
  const images: string[] = [];
  const [labels, training, names] = [[] as string[], [] as string[], [] as string[]];
  const files: Miniature = new Map();
  for (const [k, name] of classes.entries()) {
    names.push(`${k + 1} ${name}`);
    for (let i = 0; i < pool + test; i++) {
      const id = images.length + 1;
      const image = `${name}/${name.slice(4)}_${String(id).padStart(4, '0')}_${1000 + id}.jpg`;
      images.push(`${id} ${image}`);
      labels.push(`${id} ${k + 1}`);
      training.push(`${id} ${i < pool ? 1 : 0}`);
      files.set(`CUB_200_2011/images/${image}`, await draw(k, i));
    }
  }
  const list = (name: string, lines: readonly string[]): void =>
    void files.set(`CUB_200_2011/${name}`, Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  list('images.txt', images);
  list('image_class_labels.txt', labels);
  list('train_test_split.txt', training);
  list('classes.txt', names);
  list('README', ['Birds.']);
  list('attributes/attributes.txt', ['1 has_bill_shape::curved']);
  files.set('attributes.txt', Buffer.from('1 has_bill_shape::curved\n'));
  return files;
}

/** fgvc-aircraft-2013b; every picture has a black banner, 20 rows high, below. */
export async function aircraftMiniature({ classes, pool, test }: MiniatureOptions, draw = stripes): Promise<Miniature> {
  const files: Miniature = new Map();
  const data = 'fgvc-aircraft-2013b/data';
  const list = (name: string, lines: readonly string[]): void =>
    void files.set(`${data}/${name}`, Buffer.from(`${lines.join('\n')}\n\n`));
  const makers = new Map(aircraftVariants.map(([variant, maker]) => [variant!, maker!]));
  let id = 1_000_000;
  for (const [part, from, to] of [
    ['trainval', 0, pool],
    ['test', pool, pool + test],
  ] as const) {
    const [variants, manufacturers] = [[] as string[], [] as string[]];
    for (let i = from; i < to; i++)
      for (const [k, variant] of classes.entries()) {
        variants.push(`${++id} ${variant}`);
        manufacturers.push(`${id} ${makers.get(variant)}`);
        files.set(`${data}/images/${id}.jpg`, await withBanner(await draw(k, i)));
      }
    list(`images_variant_${part}.txt`, variants);
    list(`images_manufacturer_${part}.txt`, manufacturers);
  }
  list('variants.txt', classes);
  list('manufacturers.txt', [...new Set(classes.map((variant) => makers.get(variant)!))].sort());
  list('families.txt', ['Boeing 707']);
  files.set('fgvc-aircraft-2013b/README.md', Buffer.from('Aircraft.\n'));
  files.set('fgvc-aircraft-2013b/evaluation.m', Buffer.from('% code\n'));
  return files;
}

/** flowers-102 as the download leaves it: all 102 species; images of the pool are in turns training and validation ones. */
export async function flowersMiniature(
  { pool, test }: Omit<MiniatureOptions, 'classes'>,
  draw = stripes,
): Promise<Miniature> {
  const files: Miniature = new Map();
  const labels: number[] = [];
  const parts: Record<'trnid' | 'valid' | 'tstid', number[]> = { trnid: [], valid: [], tstid: [] };
  for (const [k] of flowerSpecies().entries())
    for (let i = 0; i < pool + test; i++) {
      labels.push(k + 1);
      parts[i >= pool ? 'tstid' : i % 2 ? 'valid' : 'trnid'].push(labels.length);
      const name = `flowers-102/jpg/image_${String(labels.length).padStart(5, '0')}.jpg`;
      files.set(name, await draw(k, i));
    }
  files.set('flowers-102/imagelabels.mat', matFile({ labels }));
  files.set('flowers-102/setid.mat', matFile(parts));
  return files;
}

/** oxford-iiit-pet as its two archives hold it, with more than is wanted. */
export async function petsMiniature({ classes, pool, test }: MiniatureOptions, draw = stripes): Promise<Miniature> {
  const files: Miniature = new Map();
  const lists: [name: string, lines: string[]][] = [
    ['trainval', []],
    ['test', []],
  ];
  for (const [k, name] of classes.entries())
    for (let i = 0; i < pool + test; i++) {
      const species = /^[A-Z]/.test(name) ? 1 : 2;
      lists[i < pool ? 0 : 1]![1].push(`${name}_${i + 1} ${k + 1} ${species} 1`);
      files.set(`oxford-iiit-pet/images/${name}_${i + 1}.jpg`, await draw(k, i));
    }
  files.set('oxford-iiit-pet/images/Abyssinian_100.mat', Buffer.from('MATLAB'));
  for (const [name, lines] of [...lists, ['list', ['#Image CLASS-ID SPECIES BREED ID']] as const])
    files.set(`oxford-iiit-pet/annotations/${name}.txt`, Buffer.from(`${lines.join('\n')}\n`));
  files.set('oxford-iiit-pet/annotations/trimaps/._Abyssinian_100.png', Buffer.from('x'));
  return files;
}

async function withBanner(jpeg: Buffer): Promise<Buffer> {
  const upright = await sharp(jpeg).autoOrient().toColourspace('srgb').toBuffer();
  return sharp(upright).extend({ bottom: 20, background: '#000000' }).jpeg().toBuffer();
}

/** The miniature on disk; returns the folder it was written to, a new one unless given. */
export function unpacked(files: Miniature, folder = scratchFolder('miniature')): string {
  for (const [name, bytes] of files) {
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(folder, name), bytes);
  }
  return folder;
}
