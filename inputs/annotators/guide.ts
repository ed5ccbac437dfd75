import { createHash } from 'node:crypto';
import path from 'node:path';
import sharp from 'sharp';
import { encodedPicture, type EncodedPicture } from '../../lib/data/pictures';
import type { Hierarchy } from '../../lib/data/hierarchy';
import { isRecord, parseJson } from '../datasets/image-folder/settings';
import { check, InputError } from '../../lib/errors';
import { readText } from '../../lib/text-file';
import { oneLine } from './printable';
import type { AnswerRequest } from './provider';

/** A picture whose class the annotator is told. */
export interface Example extends EncodedPicture {
  readonly label: string;
  /** sha256 of the bytes, hex. */
  readonly hash: string;
  readonly height: number;
  readonly width: number;
}

/** What an annotator is told beside the list of classes. */
export interface Guide {
  /** What the pictures are, in a sentence or two. */
  readonly about?: string;
  /** Class or group -> a line that tells it from the others. */
  readonly descriptions?: ReadonlyMap<string, string>;
  /** For providers that take several pictures in a request. */
  readonly examples?: readonly Example[];
}

/**
 * The guide in a file: `{"about": "...", "descriptions": {"class": "..."}, "examples": {"class": ["picture.jpg", ...]}}`, all of
 * which may be left out; pictures lie relative to the file.
 * @throws InputError for an entry that is unknown, of another type, or of no class.
 */
export async function readGuide(file: string, { fine, coarse }: Pick<Hierarchy, 'fine' | 'coarse'>): Promise<Guide> {
  const value = parseJson(textOf(file), file);
  check(
    isRecord(value),
    `${file} holds no object; expected {"about": "...", "descriptions": {...}, "examples": {...}}`,
  );
  const { about, descriptions, examples, ...others } = value;
  const unknown = Object.keys(others)[0];
  check(unknown === undefined, `${file}: unknown entry "${unknown}"; expected about, descriptions or examples`);
  check(about === undefined || typeof about === 'string', `${file}: unexpected about; expected a text`);
  const known = new Set([...fine, ...coarse]);
  const entries = (given: unknown, name: string): [string, unknown][] => {
    check(given === undefined || isRecord(given), `${file}: unexpected ${name}; expected an object, a class an entry`);
    return Object.entries(given ?? {}).map(([label, entry]) => {
      check(known.has(label), `${file}, ${name}: "${label}" is no class or group of the data set`);
      return [label, entry];
    });
  };
  const described = entries(descriptions, 'descriptions').map(([label, words]) => {
    check(typeof words === 'string', `${file}, descriptions: "${label}" has no text`);
    return [label, oneLine(words)] as const;
  });
  const shown = entries(examples, 'examples').flatMap(([label, pictures]) => {
    const list: unknown[] = Array.isArray(pictures) ? pictures : [pictures];
    check(
      list.every((p): p is string => typeof p === 'string'),
      `${file}, examples: "${label}" has no list of files`,
    );
    return list.map((picture) => exampleOf(label, path.resolve(path.dirname(file), picture)));
  });
  return {
    ...(about && { about: oneLine(about) }),
    ...(described.length && { descriptions: new Map(described) }),
    ...(shown.length && { examples: await Promise.all(shown) }),
  };
}

/** The examples as a request's parts: each one's class before it, and a word before what is in question. */
export function shownBefore<T, P>(
  { examples = [], images }: Pick<AnswerRequest, 'examples' | 'images'>,
  text: (words: string) => T,
  picture: (shown: EncodedPicture) => P,
): (T | P)[] {
  if (!examples.length) return [];
  const known = examples.flatMap((example) => [text(`Example of ${oneLine(example.label)}:`), picture(example)]);
  return [...known, text(images.length === 1 ? 'The image to classify:' : 'The images to classify:')];
}

async function exampleOf(label: string, file: string): Promise<Example> {
  const files = { folder: path.dirname(file), paths: [path.basename(file)] };
  const picture = await encodedPicture({ fine: new Int32Array(1), files }, 0);
  const { height, width } = await sharp(picture.bytes).metadata();
  return { ...picture, label, height, width, hash: createHash('sha256').update(picture.bytes).digest('hex') };
}

function textOf(file: string): string {
  try {
    return readText(file);
  } catch (error) {
    throw error instanceof InputError
      ? error
      : new InputError(`Cannot read the prompt ${file}: ${(error as Error).message}`);
  }
}
