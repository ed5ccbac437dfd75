import path from 'node:path';
import { firstWrong, type Matrix } from '../engine/matrix';
import { check } from '../errors';
import { OUTSIDE } from './answer-code';
import type { Hierarchy } from './hierarchy';

/** Gray or RGB images of one size, pixels 0-255, image by image, row by row, channel last. */
export interface Images {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** Length count * height * width * channels. */
  readonly pixels: Uint8Array;
}

/** Images that lie in files, of any size and format; decoded when they are needed. */
export interface ImageFiles {
  readonly folder: string;
  /** One for each image, relative to `folder`, with slashes. */
  readonly paths: readonly string[];
  /** Pixel rows to cut off at the bottom of each: Aircraft's copyright banner. */
  readonly cropBottom?: number;
  /** Images that were left out because they cannot be read. */
  readonly leftOut?: number;
  /** What commands call the data set: "image-folder:PATH". */
  readonly reference?: string;
}

/** One part of a data set: `fine[i]` is the true fine class of image i; -1 in a pool: nobody has labelled it yet. */
export interface Split {
  readonly fine: Int32Array;
  readonly images?: Images;
  /** Instead of `images`, for a data set that lies in files. */
  readonly files?: ImageFiles;
  /** [images, D], for a data set that comes with features of its own; otherwise they are computed from the images. */
  readonly features?: Matrix;
}

/** Things of one kind that lie in a folder and are not used. */
export interface PassedOver {
  /** An ending, ".bmp", or words, "link to nowhere". */
  readonly kind: string;
  readonly count: number;
  /** The first one's path below the folder. */
  readonly example: string;
}

/** Answers of an annotator to every pool image, recorded beforehand. */
export interface RecordedAnswers {
  /** Who answered, as shown in captions, e.g. "stand-in annotator (simulated VLM)". */
  readonly annotator: string;
  /** Coarse class named for each pool image, {@link OUTSIDE} where none was: to learners, a refusal is that, too. */
  readonly coarse: Int32Array;
  /** Fine class named for each pool image, likewise. */
  readonly fine?: Int32Array;
  /** For each pool image, the name said in place of a fine class of the list, "" where there is none: it may be a synonym. */
  readonly fineOutside?: readonly string[];
  /** Fine classes named for each pool image, best first, names outside the list among them; empty where refused. */
  readonly fineRanked?: readonly Int32Array[];
  /** [pool, K]: the annotator's probabilities of the fine classes; they may sum to less than 1. */
  readonly fineProbabilities?: Matrix;
  /** The annotator's probability of its coarse answer, 0 to 1. */
  readonly confidence?: Float32Array;
  /** [pool, C]: the annotator's probabilities of all coarse classes. */
  readonly probabilities?: Matrix;
}

export interface Dataset {
  /** Key on the command line: "typefaces". */
  readonly name: string;
  /** What it is, in a caption's words. */
  readonly title: string;
  readonly hierarchy: Hierarchy;
  readonly pool: Split;
  readonly test: Split;
  readonly answers?: RecordedAnswers;
  /** What lies in the data set's folder and is not used. */
  readonly passedOver?: readonly PassedOver[];
}

/** What commands call a data set. */
export const referenceOf = ({ name, pool }: Dataset): string => pool.files?.reference ?? name;

/** The data set with other answers than its own, of a real annotator for instance. @throws InputError unless they fit. */
export const withAnswers = (dataset: Dataset, answers: RecordedAnswers): Dataset =>
  validateDataset({ ...dataset, answers }, { open: dataset.pool.fine.includes(UNKNOWN) || !dataset.test.fine.length });

/**
 * Returns the data set if experiments can use it.
 * @param options `open`: it is to be labelled yet: pool labels may be unknown, and there need be no test images.
 * @throws InputError naming the first fault: a fine class without a group or without images in the pool or the test
 * set, a label out of range, images, files, features or answers that do not fit the labels, a feature that is no number.
 */
export function validateDataset(dataset: Dataset, { open = false }: { readonly open?: boolean } = {}): Dataset {
  const { name, hierarchy, answers } = dataset;
  const { fine, coarse, groupOf } = hierarchy;
  check(
    groupOf.length === fine.length,
    () => `${name}: ${groupOf.length} groups for ${fine.length} fine classes; give every fine class a coarse class`,
  );
  fine.forEach((label, k) =>
    check(
      coarse[groupOf[k]!] !== undefined,
      () => `${name}: fine class "${label}" has no group; give it a coarse class`,
    ),
  );
  validateSplit(`${name}, pool`, dataset.pool, fine, open ? UNKNOWN : 0);
  if (!open || dataset.test.fine.length) validateSplit(`${name}, test`, dataset.test, fine, 0);
  const [poolWidth, testWidth] = [dataset.pool.features?.columns, dataset.test.features?.columns];
  check(
    poolWidth === testWidth,
    () =>
      `${name}: pool features have ${poolWidth ?? 'no'} columns, test features ${testWidth ?? 'no'}; expected the same`,
  );
  if (answers) validateAnswers(name, answers, hierarchy, dataset.pool.fine.length);
  return dataset;
}

function validateAnswers(name: string, answers: RecordedAnswers, { fine, coarse }: Hierarchy, images: number): void {
  validateLabels(`${name}, coarse answers`, answers.coarse, coarse.length, images, OUTSIDE);
  if (answers.fine) validateLabels(`${name}, fine answers`, answers.fine, fine.length, images, OUTSIDE);
  const { fineRanked: ranked, fineOutside, confidence, probabilities, fineProbabilities } = answers;
  check(
    !ranked || (ranked.length === images && ranked.every((list) => list.every((k) => k >= OUTSIDE && k < fine.length))),
    () => `${name}: ranked fine answers do not fit; expected a list of classes for each of ${images} images`,
  );
  if (fineOutside) checkLength(`${name}, names outside the list`, fineOutside, images);
  if (confidence) {
    checkLength(`${name}, confidence`, confidence, images);
    const wrong = confidence.findIndex((p) => !(p >= 0 && p <= 1));
    check(wrong < 0, () => `${name}, confidence: image ${wrong} has ${confidence[wrong]}; expected 0 to 1`);
  }
  if (probabilities) checkProbabilities(`${name}, coarse probabilities`, probabilities, images, coarse.length);
  if (fineProbabilities) checkProbabilities(`${name}, fine probabilities`, fineProbabilities, images, fine.length);
}

function checkProbabilities(where: string, given: Matrix, images: number, classes: number): void {
  check(
    given.rows === images && given.columns === classes,
    () => `${where}: ${given.rows} x ${given.columns}; expected ${images} x ${classes}, a row for each image`,
  );
  const wrong = firstWrong(given, (p) => p >= 0 && p < Infinity);
  check(!wrong, () => `${where}: image ${wrong!.row}, column ${wrong!.column} is ${wrong!.value}; expected 0 or more`);
}

function checkLength(where: string, { length }: ArrayLike<unknown>, images: number): void {
  check(length === images, () => `${where}: ${length} for ${images} images; expected one for each image`);
}

/** The label of a pool image that nobody has labelled. */
const UNKNOWN = -1;

function validateSplit(where: string, split: Split, classes: readonly string[], lowest: number): void {
  const { fine: labels, images, files, features } = split;
  validateLabels(`${where} labels`, labels, classes.length, labels.length, lowest);
  const seen = new Set(labels);
  classes.forEach((label, k) =>
    check(
      seen.has(k) || lowest === UNKNOWN,
      () => `${where}: fine class "${label}" has no image; add some, or leave the class out`,
    ),
  );
  check(
    !images || images.count === labels.length,
    () => `${where}: ${images?.count} images for ${labels.length} labels; expected one label an image`,
  );
  if (images) {
    const size = images.count * images.height * images.width * images.channels;
    check(images.pixels.length === size, () => `${where}: ${images.pixels.length} pixel values; expected ${size}`);
  }
  if (files) validateFiles(where, files, labels.length);
  check(
    !features || features.rows === labels.length,
    () => `${where}: ${features?.rows} rows of features for ${labels.length} labels; expected one row for each image`,
  );
  if (features) checkFeatures(features, where);
}

/** A list of files may come from an archive: a path must not lead out of the folder. */
function validateFiles(where: string, { paths }: ImageFiles, labels: number): void {
  check(
    paths.length === labels,
    () => `${where}: ${paths.length} files for ${labels} labels; expected one for each image`,
  );
  const astray = paths.find((name) => path.posix.isAbsolute(name) || /(^|[/\\])\.\.([/\\]|$)|^[a-z]:|\0/i.test(name));
  check(
    astray === undefined,
    () => `${where}: file ${JSON.stringify(astray)} lies outside the data set; expected a path below its folder`,
  );
}

function validateLabels(where: string, labels: Int32Array, classes: number, length: number, lowest: number): void {
  checkLength(where, labels, length);
  const wrong = labels.findIndex((label) => label < lowest || label >= classes);
  check(
    wrong < 0,
    () =>
      `${where}: image ${wrong} has label ${labels[wrong]}; expected ${lowest} to ${classes - 1}, an index into the classes`,
  );
}

/** @throws InputError naming row and column of the first entry that is NaN or infinite. */
export function checkFeatures(features: Matrix, where: string): void {
  const wrong = firstWrong(features, Number.isFinite);
  check(!wrong, () => {
    const { row, column, value } = wrong!;
    return `${where}: feature ${column} of image ${row} (row ${row}, column ${column}) is ${value}; expected a finite number: compute the features again`;
  });
}
