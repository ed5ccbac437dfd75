/**
 * Moves labels apart as little as possible (least squares) so that neighbours are at least `gap` from each other, within
 * `low` .. `high` where there is room. Isotonic regression by pooling adjacent violators.
 * @param wanted where each label would like to be, in any order.
 * @returns where each is put, in the same order.
 */
export function spread(wanted: readonly number[], gap: number, low = -Infinity, high = Infinity): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]! || a - b);
  const blocks: { sum: number; count: number }[] = [];
  order.forEach((i, rank) => {
    blocks.push({ sum: wanted[i]! - rank * gap, count: 1 });
    for (let last = blocks.at(-1)!, previous = blocks.at(-2); previous && mean(previous) > mean(last);) {
      blocks.splice(-2, 2, { sum: previous.sum + last.sum, count: previous.count + last.count });
      last = blocks.at(-1)!;
      previous = blocks.at(-2);
    }
  });
  const shifted = blocks.flatMap((block) => Array<number>(block.count).fill(mean(block)));
  const top = high - (wanted.length - 1) * gap;
  const placed: number[] = [];
  order.forEach((i, rank) => (placed[i] = Math.max(low, Math.min(top, shifted[rank]!)) + rank * gap));
  return placed;
}

const mean = ({ sum, count }: { sum: number; count: number }): number => sum / count;
