import { readFileSync } from 'node:fs';
import path from 'node:path';
import { check } from '../../lib/errors';

/** Whose images a word is for. */
export type WordList = 'pool' | 'test' | 'annotator';

/** The words of a list: everyday English, 4 to 7 lower-case letters. The three lists share no word. */
export function words(list: WordList): string[] {
  return readFileSync(path.join(__dirname, `words-${list}.txt`), 'utf8')
    .trim()
    .split(/\s+/);
}

/** @throws InputError for a word in two lists or one that does not fit a picture. */
export function checkWordLists(): void {
  const found = new Map<string, WordList>();
  for (const list of ['pool', 'test', 'annotator'] as const)
    for (const word of words(list)) {
      check(
        /^[a-z]{4,7}$/.test(word),
        `words-${list}.txt: unexpected word "${word}"; expected 4 to 7 lower-case letters`,
      );
      const other = found.get(word);
      check(!other, `"${word}" is in words-${other}.txt and words-${list}.txt; keep it in one`);
      found.set(word, list);
    }
}
