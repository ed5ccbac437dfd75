/**
 * How many bits an answer tells about the class, from counts of answers by class: I(class; answer) = H(answer) - sum over
 * classes of p(class) H(answer | class), each entropy estimated for few counts by {@link entropyOfCounts}. With few images a
 * class, the plain estimate takes every answer seen once for a habit, and tells far too much.
 * @param counts `counts[k][j]`: how many images of class k were answered j.
 */
export function bitsTold(counts: readonly (readonly number[])[], entropy = entropyOfCounts): number {
  const total = counts.flat().reduce((sum, n) => sum + n, 0);
  const answers = counts[0]!.map((_, j) => counts.reduce((sum, row) => sum + row[j]!, 0));
  const given = counts.reduce((sum, row) => sum + (row.reduce((n, count) => n + count, 0) / total) * entropy(row), 0);
  return Math.max(0, entropy(answers) - given);
}

/** The plain estimate of an entropy, in bits: that of the shares. */
export function plainEntropy(counts: readonly number[]): number {
  const n = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count) => sum - (count ? (count / n) * Math.log2(count / n) : 0), 0);
}

/**
 * An entropy in bits from few counts (Chao and Shen, Environmental and Ecological Statistics 2003): shares are scaled down by
 * the coverage 1 - f1 / n, f1 being what was seen once, and each outcome counts by how likely it was to be seen at all. Where
 * everything was seen once, f1 is taken for n - 1, so that the coverage stays above 0. 0 for no counts.
 */
export function entropyOfCounts(counts: readonly number[]): number {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const once = counts.filter((count) => count === 1).length;
  const coverage = 1 - Math.min(once, n - 1) / n;
  return counts.reduce((sum, count) => {
    if (!count) return sum;
    const p = (coverage * count) / n;
    return sum - (p * Math.log2(p)) / (1 - (1 - p) ** n);
  }, 0);
}
