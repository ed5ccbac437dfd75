/** What `typefaces/card.json` says of the data set. Accuracies are shares, 0 to 1. */
export interface TypefacesCard {
  readonly title: string;
  readonly height: number;
  readonly width: number;
  /** Images. */
  readonly pool: number;
  readonly test: number;
  /** In the order of the labels. */
  readonly classes: readonly { readonly fine: string; readonly coarse: string; readonly family: string }[];
  readonly annotator: {
    readonly name: string;
    /** How it learnt. */
    readonly description: string;
    /** Families it learnt from, none of them in the data set. */
    readonly families: readonly string[];
    /** Of its answers to the pool. */
    readonly accuracy: { readonly coarse: number; readonly fine: number };
  };
  /** Fine accuracy on the test set of a linear classifier that was given all pool labels. */
  readonly linearProbe: { readonly fine: number; readonly features: string };
  readonly licences: readonly {
    readonly family: string;
    readonly version: string;
    readonly licence: string;
    readonly attribution: string;
  }[];
  /** What drew the pictures; another version or platform may draw other ones. */
  readonly renderer: string;
  /** sha256 of the other files. */
  readonly files: { readonly 'images.bin.br': string; readonly 'answers.json': string };
}

/** `typefaces/answers.json`: the stand-in annotator's answers to the pool images, in their order. */
export interface TypefacesAnswers {
  readonly annotator: string;
  /** Indices into the coarse classes, sorted by name. */
  readonly coarse: readonly number[];
  /** Indices into the fine classes. */
  readonly fine: readonly number[];
  /** Probability of the coarse answer, two decimals. */
  readonly confidence: readonly number[];
  /** Base64 of one byte per image and coarse class: the probability in 255ths. */
  readonly probabilities: string;
}
