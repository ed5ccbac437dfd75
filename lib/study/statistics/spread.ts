import { mean, sum } from '../../numbers';
import { studentQuantile } from './distributions';

/** Mean, and how far single values (sd) or the mean itself (ci95) may be off. */
export type Spread = 'sd' | 'ci95';

/** Sample standard deviation (n - 1), or half the width of the mean's 95 % confidence interval (Student's t); 0 for one value. */
export function halfWidth(values: readonly number[], spread: Spread): number {
  const n = values.length;
  if (n < 2) return 0;
  const m = mean(values);
  const sd = Math.sqrt(sum(values.map((value) => (value - m) ** 2)) / (n - 1));
  return spread === 'sd' ? sd : (studentQuantile(0.975, n - 1) * sd) / Math.sqrt(n);
}

/** "+-1 standard deviation over seeds", as a subtitle says it. */
export const spreadName = (spread: Spread): string =>
  spread === 'sd' ? '±1 standard deviation over seeds' : 'its 95 % confidence interval over seeds';
