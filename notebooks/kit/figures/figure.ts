/** One plotly trace (https://plotly.com/javascript/reference/). */
export type Trace = Readonly<Record<string, unknown>>;

/** A picture of data: what plotly draws, and what it says in words. */
export interface Figure {
  /** File name without ending, e.g. "learning-curves". */
  readonly name: string;
  readonly title: string;
  /** Which data set, seeds, profile and engine made it; also drawn below the picture. */
  readonly caption: string;
  /** What is seen, for those who cannot see it. */
  readonly text: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly data: readonly Trace[];
  readonly layout: Readonly<Record<string, unknown>>;
  /** The same for a phone, one below the other, each at most 380 pixels wide. */
  readonly narrow?: readonly Figure[];
}

/** What made the numbers of a figure; every figure says it in its caption. */
export interface Provenance {
  /** In a caption's words: `dataset.title`. */
  readonly dataset: string;
  /** How many, or which. */
  readonly seeds: number | readonly number[];
  readonly profile: string;
  /** Empty where nothing was learned. */
  readonly engine: string;
  /** Anything else that one must know to read the figure, e.g. "Annotator: simulated, 91 % right". */
  readonly note?: string;
}

/**
 * "Data: typefaces · 3 seeds · profile quick · engine wasm". Where nothing was learned there is no engine, and one seed or a
 * profile means nothing: they are left out.
 */
export function captionOf({ dataset, seeds, profile, engine, note }: Provenance): string {
  const n = typeof seeds === 'number' ? seeds : seeds.length;
  const drawn = `${n} seed${n === 1 ? '' : 's'}`;
  const made = engine ? [drawn, `profile ${profile}`, `engine ${engine}`] : n > 1 ? [drawn] : [];
  const parts = [`Data: ${dataset}`, ...made];
  return (parts.join(' · ') + (note ? ` · ${note}` : '')).replaceAll(' %', '\u00a0%');
}
