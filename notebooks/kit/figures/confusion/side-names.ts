import { escapeHtml } from '../../display';
import { size } from '../style';
import { textWidth } from '../text';

export interface SideNames {
  /** Of the longest name, in pixels. */
  readonly longest: number;
  /** An axis' ticks for classes in the order of its places, where `columns` of them take `side` pixels. */
  ticks(places: readonly number[], side: number, columns: number): object;
}

/** What stands at a matrix's sides: the names of classes where there is room, else those of groups beside their blocks. */
export function sideNames(
  order: readonly number[],
  {
    classes,
    groupOf,
    groups,
  }: {
    readonly classes: readonly string[];
    readonly groupOf?: ArrayLike<number>;
    readonly groups?: readonly string[];
  },
  nameOf: (k: number) => string,
  isNarrow: boolean,
): SideNames {
  const classSize = classes.length <= 24 ? (isNarrow ? 9 : size.small) : classes.length <= 45 && !isNarrow ? 9 : 0;
  const blocks = !classSize && groupOf && groups ? blocksOf(order, groupOf) : [];
  const names = classSize ? classes : blocks.map(({ group }) => groups![group]!);
  const fontSize = classSize || (isNarrow ? 9 : size.small);
  return {
    longest: Math.ceil(Math.max(0, ...names.map((name) => textWidth(name, fontSize)))),
    ticks(places, side, columns) {
      const named = classSize
        ? places.map((k, at) => ({ at, name: nameOf(k) }))
        : blocks
            .filter(({ count }) => (count * side) / columns >= fontSize)
            .map(({ group, start, count }) => ({ at: start + (count - 1) / 2, name: groups![group]! }));
      if (!named.length) return { showticklabels: false, ticks: '' };
      return {
        tickmode: 'array',
        tickvals: named.map(({ at }) => at),
        ticktext: named.map(({ name }) => escapeHtml(name)),
        tickfont: { size: fontSize },
      };
    },
  };
}

/** Neighbours of one group: where they start and how many they are. */
function blocksOf(
  order: readonly number[],
  groupOf: ArrayLike<number>,
): { group: number; start: number; count: number }[] {
  const blocks: { group: number; start: number; count: number }[] = [];
  order.forEach((k, start) => {
    const last = blocks.at(-1);
    if (last && last.group === groupOf[k]) last.count++;
    else blocks.push({ group: groupOf[k]!, start, count: 1 });
  });
  return blocks;
}
