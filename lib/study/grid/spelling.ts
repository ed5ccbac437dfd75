/** The known word with the fewest single-letter changes from `word` (Levenshtein distance), if they are at most half of it. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const ranked = known.map((name) => ({ name, distance: editDistance(word, name) }));
  const best = ranked.sort((a, b) => a.distance - b.distance)[0];
  return best && best.distance <= Math.max(word.length, best.name.length) / 2 ? best.name : undefined;
}

/** Insertions, deletions and replacements that turn `a` into `b`, case ignored. */
export function editDistance(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  let previous = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++)
      row[j] = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1));
    previous = row;
  }
  return previous[to.length]!;
}
