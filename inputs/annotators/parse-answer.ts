import { OUTSIDE } from '../../lib/data/answer-code';
import { check } from '../../lib/errors';

/** Other names for classes: what an annotator may say -> the class it means. */
export type Synonyms = Readonly<Record<string, string>>;

/** The class that an answer names, an index into the classes; OUTSIDE: none of them, or more than one. */
export type AnswerParser = (text: string) => number;

/** An answer this long names no class; characters. */
const LONGEST = 20_000;

/** "Class: x", "The answer is x", "**Label** - x". */
const explicit =
  /^[\s>*_#-]*(?:(?:final|my|the|predicted|best|most|likely)\s+)*(?:class|answer|label|category|prediction|species|group)(?:\s+name)?[*_\s]*(?::|=|\bis\b|\s[-–—]\s)(.+)$/gimu;

/** Words that deny or weigh what stands beside them. */
const hedges = new Set('not no nor neither either or cannot isn aren doesn don can couldn unsure versus vs'.split(' '));

/**
 * Makes a parser of free text. It accepts a class's name in any case, spacing, punctuation and accents, numbered, in JSON,
 * after "Class:", on a line of its own or as the one class that a sentence speaks of; it never chooses between two, and
 * takes no name out of a sentence that denies or weighs ("not", "or").
 * @throws InputError for a synonym of no class, or one that is another class's name.
 */
export function answerParser(classes: readonly string[], synonyms: Synonyms = {}): AnswerParser {
  const names = new Names(classes, synonyms);
  return (text) => {
    if (text.length > LONGEST) return OUTSIDE;
    const whole = names.called(text);
    if (whole !== undefined) return whole;
    const fields = jsonFields(text);
    if (fields) return agreed(fields.map((field) => names.called(field)));
    const stated = [...text.matchAll(explicit)].map(([, name]) => names.meant(name!));
    if (stated.length) return agreed(stated);
    const lines = text.split('\n').filter((line) => line.trim());
    const ends = [lines[0], lines.at(-1)].map((line) => names.called(line ?? '')).filter((k) => k !== undefined);
    if (lines.length > 1 && ends.length) return agreed(ends);
    return names.meant(text);
  };
}

/** Makes a parser of names alone, which must be spelled as the classes' are but for case, spacing, punctuation and accents. */
export function nameParser(classes: readonly string[], synonyms: Synonyms = {}): AnswerParser {
  const names = new Names(classes, synonyms);
  return (name) => names.spelled(name.trim()) ?? OUTSIDE;
}

/** The one class that all of these are, else OUTSIDE. */
function agreed(found: readonly (number | undefined)[]): number {
  const first = found[0] ?? OUTSIDE;
  return found.every((k) => k === first) ? first : OUTSIDE;
}

/** Names of classes, looked up ever more loosely. */
class Names {
  private readonly exact = new Map<string, number>();
  private readonly loose = new Map<string, number>();
  private readonly compact = new Map<string, number>();
  private readonly byFirstWord = new Map<string, { readonly words: readonly string[]; readonly k: number }[]>();

  constructor(classes: readonly string[], synonyms: Synonyms) {
    classes.forEach((name, k) => this.add(name, k));
    for (const [synonym, name] of Object.entries(synonyms)) {
      const k = classes.indexOf(name);
      check(k >= 0, `Synonym "${synonym}" stands for "${name}", which is no class; name a class of the list`);
      const other = this.called(synonym);
      check(
        other === undefined || other === k,
        `Synonym "${synonym}" of "${name}" names another class as well; leave it out`,
      );
      this.add(synonym, k);
    }
  }

  private add(name: string, k: number): void {
    const words = wordsOf(name);
    put(this.exact, name.trim(), k);
    if (!words.length) return;
    put(this.loose, words.join(' '), k);
    put(this.compact, words.join(''), k);
    const known = this.byFirstWord.get(words[0]!) ?? [];
    this.byFirstWord.set(words[0]!, [...known, { words, k }]);
  }

  /** The class that is spelled so, but for case, spacing, punctuation and accents; OUTSIDE: several are; undefined: none. */
  spelled(name: string): number | undefined {
    const words = wordsOf(name);
    return this.exact.get(name) ?? this.loose.get(words.join(' ')) ?? this.compact.get(words.join(''));
  }

  /** The class whose name this is and nothing but it, numbering aside; as above. */
  called(text: string): number | undefined {
    const bare = text.trim();
    return this.spelled(bare) ?? this.spelled(bare.replace(/^[-*•(\s]*\d{1,4}\s*[.:)]+\s+/, ''));
  }

  /** The class that the text is or speaks of; names inside longer names do not count. */
  meant(text: string): number {
    const k = this.called(text);
    if (k !== undefined) return k;
    const words = wordsOf(text);
    const spans = words.flatMap((word, from) =>
      (this.byFirstWord.get(word) ?? [])
        .filter((name) => name.words.every((expected, i) => words[from + i] === expected))
        .map((name) => ({ from, to: from + name.words.length, k: name.k })),
    );
    const outer = spans.filter(
      (a) => !spans.some((b) => b.from <= a.from && a.to <= b.to && b.to - b.from > a.to - a.from),
    );
    const inside = (i: number): boolean => outer.some(({ from, to }) => from <= i && i < to);
    if (words.some((word, i) => hedges.has(word) && !inside(i))) return OUTSIDE;
    return agreed(outer.map((span) => span.k));
  }
}

function put(map: Map<string, number>, name: string, k: number): void {
  map.set(name, map.has(name) && map.get(name) !== k ? OUTSIDE : k);
}

/** Letters and digits only, without accents, in lower case. */
const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** The texts in JSON: {"class": "x"}, "x", ["x"]; undefined where there is no JSON. */
function jsonFields(text: string): string[] | undefined {
  const value = jsonIn(text);
  return value === undefined ? undefined : stringsIn(value);
}

/** The value of a text that is JSON, or of the fenced block in it; undefined where there is none, or a lone number or word. */
export function jsonIn(text: string): unknown {
  const bare = /```(?:json)?([^]*?)(?:```|$)/i.exec(text)?.[1] ?? text;
  if (!/^\s*[{["]/.test(bare)) return undefined;
  try {
    return JSON.parse(bare) as unknown;
  } catch {
    return undefined;
  }
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  const named = Object.entries(value).filter(([field]) => /^(class|label|answer|category)(_?name)?$/i.test(field));
  return (named.length ? named.map(([, inner]) => inner as unknown) : Object.values(value)).flatMap(stringsIn);
}
