/**
 * Holm's step-down correction: p values that may each be held against the level alone, while the chance of any false
 * finding among them stays below it. In the order given.
 * Source: Holm 1979.
 */
export function holm(p: readonly number[]): number[] {
  const adjusted = new Array<number>(p.length);
  let largest = 0;
  p.map((_, i) => i)
    .sort((a, b) => p[a]! - p[b]!)
    .forEach((i, rank) => {
      largest = Math.max(largest, Math.min(1, (p.length - rank) * p[i]!));
      adjusted[i] = largest;
    });
  return adjusted;
}
