import { OUTSIDE } from '../../lib/data/answer-code';
import type { Hierarchy } from '../../lib/data/hierarchy';
import { answerParser, jsonIn, type Synonyms } from './parse-answer';

/** What a text names: an index into the classes asked about or its code, and where both lists were, a group likewise. */
export interface Named {
  readonly label: number;
  readonly group?: number;
}
export type Reader = (text: string) => Named;

/** "Group: x", "**Family** - x"; of one line. */
const groupLine =
  /^[\s>*_#-]*(?:[\w'’]+\s+){0,2}(?:group|family|coarse(?:\s+class)?)(?:\s+name)?[*_\s]*(?::|=|\s[-–—]\s)(.+)$/iu;
/** Longer answers say nothing; characters. */
const LONGEST = 20_000;

interface Lists {
  readonly classes: readonly string[];
  readonly groups?: readonly string[];
}

/** Reads what a prompt asks for. @throws InputError for synonyms that do not fit. */
export function readerOf({ classes, groups }: Lists, hierarchy: Hierarchy, synonyms: Synonyms = {}): Reader {
  if (groups) return bothReader({ classes, groups }, hierarchy, synonyms);
  const parse = answerParser(classes, synonyms);
  return (text) => ({ label: parse(text) });
}

/**
 * Reads answers to the question for a group and a class: "group | class", lines that say which is which, or JSON with a
 * field for each. A group that is not stated is that of the class.
 */
function bothReader({ classes, groups }: Required<Lists>, { groupOf }: Hierarchy, synonyms: Synonyms): Reader {
  const of = (isGroup: boolean): Synonyms =>
    Object.fromEntries(Object.entries(synonyms).filter(([, name]) => groups.includes(name) === isGroup));
  const [fine, coarse] = [answerParser(classes, of(false)), answerParser(groups, of(true))];
  return (text) => {
    const stated = text.length > LONGEST ? undefined : statedIn(text);
    const label = fine(stated?.class ?? text);
    const group = coarse(stated?.group ?? text);
    return { label, group: group < 0 && !stated && label >= 0 ? groupOf[label]! : group };
  };
}

function statedIn(text: string): { readonly group: string; readonly class: string } | undefined {
  const value = jsonIn(text);
  if (typeof value === 'object' && value !== null) {
    const field = (pattern: RegExp): string | undefined => {
      const found: unknown = Object.entries(value).find(([name]) => pattern.test(name))?.[1];
      return typeof found === 'string' ? found : undefined;
    };
    const [group, own] = [field(/^(group|family|coarse)/i), field(/^(class|fine|label|species)/i)];
    return group === undefined && own === undefined ? undefined : { group: group ?? '', class: own ?? '' };
  }
  const lines = text.split('\n');
  const rows = lines.map((line) => line.split('|').filter((cell) => cell.trim()));
  const row = rows.filter((cells) => cells.length === 2).at(-1); // of a table, too
  if (row) return { group: row[0]!, class: row[1]! };
  const group = lines.map((line) => groupLine.exec(line)?.[1]).find((name) => name !== undefined);
  return group === undefined ? undefined : { group, class: lines.filter((line) => !groupLine.test(line)).join('\n') };
}

/** The name after the last blank or the whole name, in lower case, with nothing but letters and digits. */
const lastWordOf = (name: string): string =>
  (
    name
      .trim()
      .split(/[\s_-]+/)
      .at(-1) ?? ''
  )
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');

/**
 * The group that a name outside the fine list still tells, where groups are the last words of their classes' names, as for
 * birds: any gull is a Gull. OUTSIDE where it tells none.
 */
export function groupReader({ fine, coarse, groupOf }: Hierarchy): (name: string) => number {
  const byName = new Map(coarse.map((name, k) => [lastWordOf(name), k]));
  const applies = fine.every((name, k) => lastWordOf(name) === lastWordOf(coarse[groupOf[k]!]!));
  return (name) => (applies ? (byName.get(lastWordOf(name)) ?? OUTSIDE) : OUTSIDE);
}
