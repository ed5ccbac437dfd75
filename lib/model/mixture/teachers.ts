import type { Random } from '../../random';

/**
 * The pool rows without a label that teach EM, ascending: all, or, of more than `most`, so many drawn at random, answered ones
 * first, since their answers were paid for.
 */
export function teachersOf(
  pool: number,
  most: number,
  isLabelled: (row: number) => boolean,
  isAnswered: (row: number) => boolean,
  random: Random,
): Int32Array {
  const open = Int32Array.from({ length: pool }, (_, i) => i).filter((i) => !isLabelled(i));
  if (open.length <= most) return open;
  const order = Array.from(random.stream('teachers').permutation(open.length), (at) => open[at]!);
  const first = order.filter(isAnswered);
  const rest = order.filter((i) => !isAnswered(i));
  return Int32Array.from([...first, ...rest].slice(0, most)).sort();
}
