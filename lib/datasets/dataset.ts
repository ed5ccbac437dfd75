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

/** One part of a data set: `fine[i]` is the true fine class of image i. */
export interface Split {
  readonly fine: Int32Array;
  readonly images?: Images;
}

/** Answers of an annotator to every pool image, recorded beforehand. */
export interface RecordedAnswers {
  /** Who answered, as shown in captions, e.g. "stand-in annotator (simulated VLM)". */
  readonly annotator: string;
  /** Coarse class named for each pool image, -1 where the answer was outside the list. */
  readonly coarse: Int32Array;
  /** Fine class named for each pool image, asked separately, -1 where outside the list. */
  readonly fine?: Int32Array;
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
}
