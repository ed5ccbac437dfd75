import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { matrix } from '../../lib/engine/matrix';
import { check, InputError } from '../../lib/errors';
import { sum } from '../../lib/numbers';
import { repositoryRoot } from '../../lib/root';
import { validateDataset, type Dataset, type Images, type RecordedAnswers } from '../../lib/data/dataset';
import { createHierarchy } from '../../lib/data/hierarchy';
import { unpackNibbles } from './nibbles';
import type { TypefacesAnswers, TypefacesCard } from './typefaces-card';

/** Where the data set is committed. */
export const typefacesFolder = path.join(repositoryRoot, 'inputs', 'datasets', 'typefaces');

/**
 * The embedded data set: words rendered in 100 styles of 25 real typefaces (25 families x {regular, bold} x {upright,
 * italic}), 16 groups ({serif, slab, sans, mono} x weight x slant), gray 32 x 96 pixels. Answers are recorded from a
 * stand-in annotator that learnt from other families; `data-scripts/typefaces` builds all of it.
 * @throws InputError if a file is missing or damaged.
 */
export async function typefaces(folder = typefacesFolder): Promise<Dataset> {
  const card = parseCard((await read(folder, 'card.json')).toString(), path.join(folder, 'card.json'));
  const [packed, text] = await Promise.all([
    read(folder, 'images.bin.br', card.files['images.bin.br']),
    read(folder, 'answers.json', card.files['answers.json']),
  ]);
  const bytes = await promisify(brotliDecompress)(packed);
  const { height, width } = card;
  const total = card.pool + card.test;
  check(
    bytes.length === total * (1 + (height * width) / 2),
    () => `${folder}: images.bin.br and card.json do not belong together; ${remedy}`,
  );
  const labels = Int32Array.from(bytes.subarray(0, total));
  const pixels = unpackNibbles(bytes.subarray(total));
  const part = (from: number, to: number): { fine: Int32Array; images: Images } => ({
    fine: labels.slice(from, to),
    images: {
      count: to - from,
      height,
      width,
      channels: 1,
      pixels: pixels.subarray(from * height * width, to * height * width),
    },
  });
  return validateDataset({
    name: 'typefaces',
    title: card.title,
    hierarchy: createHierarchy(card.classes.map(({ fine, coarse }) => [fine, coarse])),
    pool: part(0, card.pool),
    test: part(card.pool, total),
    answers: decodeAnswers(JSON.parse(text.toString()) as TypefacesAnswers),
  });
}

const remedy =
  'restore it with "git checkout -- inputs/datasets/typefaces", or build it again with "npm run typefaces:build"';

/** The bytes of a file, held against the checksum the card states. */
async function read(folder: string, name: string, sha256?: string): Promise<Buffer> {
  const file = path.join(folder, name);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    check(error.code !== 'ENOENT', `${file} is missing; ${remedy}`);
    throw error;
  });
  const found = createHash('sha256').update(bytes).digest('hex');
  check(
    sha256 === undefined || found === sha256,
    () => `${file} is damaged: its sha256 is ${found} (${bytes.length} bytes); expected ${sha256}; ${remedy}`,
  );
  return bytes;
}

function parseCard(text: string, file: string): TypefacesCard {
  try {
    return JSON.parse(text) as TypefacesCard;
  } catch (error) {
    throw new InputError(`${file} is damaged (${(error as Error).message}); expected JSON; ${remedy}`);
  }
}

function decodeAnswers({ annotator, coarse, fine, confidence, probabilities }: TypefacesAnswers): RecordedAnswers {
  const levels = Buffer.from(probabilities, 'base64');
  const soft = matrix(coarse.length, levels.length / coarse.length);
  for (let i = 0; i < soft.rows; i++) {
    const line = levels.subarray(i * soft.columns, (i + 1) * soft.columns);
    const total = sum(line);
    for (let j = 0; j < soft.columns; j++) soft.data[i * soft.columns + j] = line[j]! / total;
  }
  return {
    annotator,
    coarse: Int32Array.from(coarse),
    fine: Int32Array.from(fine),
    confidence: Float32Array.from(confidence),
    probabilities: soft,
  };
}
