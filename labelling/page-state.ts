/** What does not change while a server runs. */
export interface PageFixed {
  readonly title: string;
  /** By their numbers; a group that is named as its only class is left out. */
  readonly classes: readonly { readonly name: string; readonly group?: string }[];
  readonly canFinish: boolean;
}

/** What a page shows, as the server sends it; all that is counted or computed is put in words there. */
export interface PageState {
  /** Grows with every change; a page never goes back to an older one. */
  readonly version: number;
  /** `labelling`: an image waits; `learning`: the model trains; `failed`: it could not; `ended`: nothing is left to ask. */
  readonly phase: 'labelling' | 'learning' | 'failed' | 'ended';
  /** Of the batch that is being labelled. */
  readonly batch: { readonly words: string; readonly done: number; readonly total: number };
  /** What was done last, in words. */
  readonly done: string;
  readonly facts: readonly Fact[];
  readonly item?: PageItem;
  /** Images that come next, to be fetched ahead. */
  readonly upcoming: readonly number[];
  /** The last statement, if it can be taken back: "rose: a/1.jpg". */
  readonly last?: string;
  readonly learning?: Learning;
  /** What failed, or why it ended, and what to do. */
  readonly message?: string;
  /** What the user should know beside, e.g. that it may be time to stop. */
  readonly advice?: string;
}

/** "Accuracy so far": "62 %", "51 to 72 %". */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly detail?: string;
}

/** The image that is asked about. */
export interface PageItem {
  /** Its number, of the address `image/NUMBER`. */
  readonly image: number;
  readonly path: string;
  /** Likeliest classes by the model, best first, by their numbers. */
  readonly likeliest: readonly { readonly fine: number; readonly probability: number }[];
  /** Whose answer, and what it says. */
  readonly hint?: { readonly by: string; readonly words: string };
  /** Why it is asked about: sentences. */
  readonly why: readonly string[];
}

/** How far the model is. */
export interface Learning {
  /** 0..1 */
  readonly share: number;
  readonly words: string;
  readonly secondsLeft?: number;
}

/** What a page asks the server to do. */
export type PageAction =
  | { readonly do: 'label'; readonly image: number; readonly fine: number }
  | { readonly do: 'skip' | 'not-in-list'; readonly image: number }
  | { readonly do: 'undo' | 'learn' | 'finish' };
