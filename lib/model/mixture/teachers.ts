import type { Random } from '../../random';

/**
 * The pool rows that teach EM, ascending: all, or, of a pool with more than `most`, so many drawn at random from those without
 * a label, answered ones first, since their answers were paid for. A label's own row teaches by its label.
 */
export function teachersOf(
  pool: number,
  most: number,
  isLabelled: (row: number) => boolean,
  isAnswered: (row: number) => boolean,
  random: Random,
): Int32Array {
  if (pool <= most) return Int32Array.from({ length: pool }, (_, i) => i);
  const order = Array.from(random.stream('teachers').permutation(pool)).filter((i) => !isLabelled(i));
  const first = order.filter(isAnswered);
  const rest = order.filter((i) => !isAnswered(i));
  return Int32Array.from([...first, ...rest].slice(0, most)).sort();
}
