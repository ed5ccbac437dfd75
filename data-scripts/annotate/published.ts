import { createHash } from 'node:crypto';
import type { Dataset } from '../../lib/data/dataset';
import { check } from '../../lib/errors';
import { imageHash } from '../../inputs/annotators/image-hash';
import type { JournalLine } from '../../inputs/annotators/journal-line';
import { nameParser, type Synonyms } from '../../inputs/annotators/parse-answer';

/** What somebody else's annotator said of each image: a name, names (best first), or names with their probabilities. */
export type Published = Readonly<Record<string, string | readonly string[] | Readonly<Record<string, number>>>>;

export interface Import {
  readonly lines: readonly JournalLine[];
  /** Entries that stand for no pool image, and for several pool images or one that others stand for as well. */
  readonly unmatched: readonly string[];
  readonly ambiguous: readonly string[];
  readonly outside: number;
  /** Names outside the list that are mostly given for images of one class, most frequent first. */
  readonly synonyms: readonly {
    readonly name: string;
    readonly label: string;
    readonly count: number;
    readonly of: number;
  }[];
}

/**
 * Published answers to the question for a fine class, as a journal's lines. Images are matched by path, by file name, each
 * with or without its ending, or by the one number in the file name, never by a guess between two; a data set without files
 * by row.
 * @param annotator Who answered, as captions name it.
 * @throws InputError for an answer of another form.
 */
export async function importAnswers(
  data: Dataset,
  published: Published,
  annotator: string,
  synonyms: Synonyms = {},
): Promise<Import> {
  const { fine } = data.hierarchy;
  const parse = nameParser(fine, synonyms);
  const spelled = (name: string): string => fine[parse(name)] ?? name;
  const { rows, unmatched, ambiguous } = matched(data, Object.keys(published));
  const prompt = createHash('sha256').update(JSON.stringify(published)).digest('hex').slice(0, 16);
  const lines: JournalLine[] = [];
  const at = new Date().toISOString();
  for (const [image, index] of rows) {
    const { names, probabilities } = partsOf(image, published[image]);
    const said = names[0]?.trim();
    const label = said ? (fine[parse(said)] ?? null) : null;
    lines.push({
      image: await imageHash(data.pool, index),
      index,
      dataset: data.name,
      granularity: 'fine',
      annotator: 'published',
      model: annotator,
      prompt,
      repetition: 0,
      status: label !== null ? 'answered' : said ? 'outside' : 'refused',
      label,
      raw: said ?? '',
      ...(!said && { reason: 'no answer published' }),
      ...(typeof published[image] !== 'string' && { ranked: [...new Set(names.map(spelled))] }),
      ...(probabilities && { probabilities: summed(probabilities, spelled) }),
      latencyMs: 0,
      tries: 1,
      at,
    });
  }
  const outside = lines.filter(({ status }) => status === 'outside').length;
  return { lines, unmatched, ambiguous, outside, synonyms: likelySynonyms(data, lines) };
}

function partsOf(image: string, value: unknown): { names: readonly string[]; probabilities?: Record<string, number> } {
  const all = (values: readonly unknown[], type: string): boolean => values.every((one) => typeof one === type);
  if (typeof value === 'string') return { names: [value] };
  if (Array.isArray(value) && all(value, 'string')) return { names: value as string[] };
  const right = typeof value === 'object' && value !== null && !Array.isArray(value);
  check(
    right && all(Object.values(value), 'number'),
    () => `Unexpected answer to "${image}": ${JSON.stringify(value)}; expected a name, [names] or {name: probability}`,
  );
  const probabilities = value as Record<string, number>;
  return { names: Object.keys(probabilities).sort((a, b) => probabilities[b]! - probabilities[a]!), probabilities };
}

function summed(probabilities: Readonly<Record<string, number>>, spelled: (name: string) => string) {
  const sums = new Map<string, number>();
  for (const [name, p] of Object.entries(probabilities)) sums.set(spelled(name), (sums.get(spelled(name)) ?? 0) + p);
  return Object.fromEntries(sums);
}

/** The spellings of an image's name, the most exact first; undefined where there is none of a kind. */
const spellings: readonly ((name: string) => string | undefined)[] = [
  (name) => name,
  (name) => withoutEnding(name),
  (name) => lastPart(name),
  (name) => withoutEnding(lastPart(name)),
  (name) => {
    const numbers = withoutEnding(lastPart(name)).match(/\d+/g) ?? [];
    return numbers.length === 1 ? String(Number(numbers[0])) : undefined;
  },
];
const withoutEnding = (name: string): string => name.replace(/\.[a-z]\w{1,4}$/i, '');
const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

function matched({ pool }: Dataset, images: readonly string[]) {
  const paths = pool.files?.paths ?? Array.from(pool.fine.keys(), String);
  const indices = spellings.map((spell) => {
    const found = new Map<string, number[]>();
    paths.forEach((name, i) => {
      const key = spell(name);
      if (key !== undefined) found.set(key, [...(found.get(key) ?? []), i]);
    });
    return found;
  });
  const claims = new Map<number, string[]>();
  const [unmatched, ambiguous]: [string[], string[]] = [[], []];
  for (const image of images) {
    const name = image.replaceAll('\\', '/').replace(/^\.?\/+/, '');
    const candidates = spellings.map((spell, s) => indices[s]!.get(spell(name) ?? '')).find((found) => found);
    if (!candidates) unmatched.push(image);
    else if (candidates.length > 1) ambiguous.push(image);
    else claims.set(candidates[0]!, [...(claims.get(candidates[0]!) ?? []), image]);
  }
  const rows: (readonly [image: string, index: number])[] = [];
  for (const [index, claimants] of claims)
    if (claimants.length > 1) ambiguous.push(...claimants);
    else rows.push([claimants[0]!, index]);
  return { rows, unmatched, ambiguous };
}

/** Given so often, and in this share of the cases for images of one class, a name is likely that class's. */
const [OFTEN, MOSTLY] = [3, 0.5];

function likelySynonyms({ hierarchy, pool }: Dataset, lines: readonly JournalLine[]): Import['synonyms'] {
  const given = new Map<string, number[]>();
  for (const { label, raw, index } of lines)
    if (label === null && raw && pool.fine[index]! >= 0) given.set(raw, [...(given.get(raw) ?? []), pool.fine[index]!]);
  return [...given]
    .map(([name, classes]) => {
      const counts = new Map<number, number>();
      for (const k of classes) counts.set(k, (counts.get(k) ?? 0) + 1);
      const [k, count] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most));
      return { name, label: hierarchy.fine[k]!, count, of: classes.length };
    })
    .filter(({ count, of }) => count >= OFTEN && count > MOSTLY * of)
    .sort((a, b) => b.count - a.count);
}
