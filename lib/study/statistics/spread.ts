/** Mean, and how far single values (sd) or the mean itself (ci95) may be off. */
export type Spread = 'sd' | 'ci95';

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Sample standard deviation (n - 1), or half the width of the mean's 95 % confidence interval (Student's t); 0 for one value. */
export function halfWidth(values: readonly number[], spread: Spread): number {
  const n = values.length;
  if (n < 2) return 0;
  const m = mean(values);
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - m) ** 2, 0) / (n - 1));
  return spread === 'sd' ? sd : (t975(n - 1) * sd) / Math.sqrt(n);
}

/** The 97.5 % quantile of Student's t: from the table up to 9 degrees of freedom, then by Cornish and Fisher's expansion. */
function t975(freedom: number): number {
  const table = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];
  const z = 1.959964;
  const expansion = z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
  return table[freedom - 1] ?? expansion;
}

/** "+-1 standard deviation over seeds", as a subtitle says it. */
export const spreadName = (spread: Spread): string =>
  spread === 'sd' ? '±1 standard deviation over seeds' : '95 % confidence interval of the mean';
