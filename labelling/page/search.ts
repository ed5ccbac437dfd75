/** A class as the page lists it. */
export interface ListedClass {
  readonly name: string;
  /** Its group's name, if it has one of its own. */
  readonly group?: string;
}

/** Text as it is compared: without accents and case. */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

const wordsOf = (text: string): string[] => plain(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/**
 * How well a class answers a search, smaller is better: 0 its name begins with the search, 1 every searched word begins a
 * word of its name, 2 its initials begin with it ("lbi": Lora Bold Italic), 3 its name holds every searched word,
 * 4 name and group together do; undefined: not at all.
 */
function rank({ name, group = '' }: ListedClass, query: string): number | undefined {
  const [searched, text, words] = [wordsOf(query), plain(name), wordsOf(name)];
  if (text.startsWith(query)) return 0;
  if (searched.every((part) => words.some((word) => word.startsWith(part)))) return 1;
  if (words.map((word) => word[0]).join('').startsWith(query)) return 2; // prettier-ignore
  if (searched.every((part) => text.includes(part))) return 3;
  const all = `${text} ${plain(group)}`;
  return searched.every((part) => all.includes(part)) ? 4 : undefined;
}

/**
 * Numbers of the classes that answer a search, best first; those that answer it alike stay in the order of `order`.
 * An empty search is answered by all.
 */
export function search(classes: readonly ListedClass[], order: readonly number[], typed: string): number[] {
  const query = plain(typed.trim());
  if (!query) return [...order];
  return order
    .flatMap((k) => {
      const found = rank(classes[k]!, query);
      return found === undefined ? [] : [{ k, found }];
    })
    .sort((a, b) => a.found - b.found)
    .map(({ k }) => k);
}
