/** Of nothing: 0. */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}

/** Of nothing: NaN. */
export const mean = (values: ArrayLike<number>): number => sum(values) / values.length;

/** Of ascending values, straight between order statistics (Hyndman and Fan's type 7, numpy's default). */
export function quantile(ascending: ArrayLike<number>, p: number): number {
  const position = p * (ascending.length - 1);
  const i = Math.floor(position);
  const low = ascending[i]!;
  return low + (position - i) * ((ascending[i + 1] ?? low) - low);
}
