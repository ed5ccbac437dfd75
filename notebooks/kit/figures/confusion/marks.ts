import { annotation } from '../annotation';
import { fade, ink, size } from '../style';

/** Grey lines where one group ends and the next begins. */
export function separators(groups: readonly number[], columns: number): object[] {
  const line = { color: ink.muted, width: 0.6 };
  return groups.flatMap((group, i) => {
    if (!i || group === groups[i - 1]) return [];
    const at = i - 0.5;
    return [
      { type: 'line', line, x0: at, x1: at, y0: -0.5, y1: groups.length - 0.5 },
      { type: 'line', line, x0: -0.5, x1: columns - 0.5, y0: at, y1: at },
    ];
  });
}

/** A number in each cell, or beside it where cells are small: at the first side on which it covers no number before it. */
export function marks(
  cells: readonly { x: number; y: number; share: number }[],
  { cell, side, inside }: { readonly cell: number; readonly side: number; readonly inside: boolean },
): object[] {
  const taken: { x: number; y: number }[] = [];
  return cells.map(({ x, y, share }, i) => {
    const sides = inside ? [0] : [1, -1, 2, -2, 3, -3].map((step) => step * 15 - Math.sign(step) * (4 - cell / 2));
    const isFree = (shift: number): boolean =>
      taken.every((other) => Math.abs(other.x - x * cell - shift) > 14 || Math.abs(other.y - y * cell) > 12);
    const fits = (shift: number): boolean => x * cell + shift > 8 && x * cell + shift < side - 8;
    const shift = sides.find((candidate) => inside || (fits(candidate) && isFree(candidate))) ?? sides[0]!;
    taken.push({ x: x * cell + shift, y: y * cell });
    return annotation(`<b>${i + 1}</b>`, {
      x,
      y,
      xanchor: 'center',
      yanchor: 'middle',
      xshift: shift,
      ...(inside ? {} : { bgcolor: fade(ink.paper, 0.85) }),
      font: {
        size: Math.min(size.small, inside ? cell : Infinity),
        color: inside && share > 0.4 ? ink.paper : '#B03A00',
      },
    });
  });
}
