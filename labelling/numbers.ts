/** Where the largest value stands, the first of equals. */
export function largest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** What a label is worth to a strategy, in its own measure: three digits, and no powers of ten for what is hardly anything. */
export const worth = (value: number): string => (Math.abs(value) < 0.0005 ? 'about 0' : value.toPrecision(3));
