import { check } from '../errors';

/** Two levels of classes: every fine class belongs to one coarse class (its group). */
export interface Hierarchy {
  readonly fine: readonly string[];
  readonly coarse: readonly string[];
  /** `groupOf[k]` is the coarse class of fine class k; length `fine.length`. */
  readonly groupOf: Int32Array;
  /** Fine class -> a line that tells it from the others, for annotators, where there are some. */
  readonly descriptions?: ReadonlyMap<string, string>;
}

/**
 * A hierarchy from [fine name, coarse name] pairs; fine classes keep their order, coarse ones are sorted by name.
 * @throws InputError for a fine class without a group, named twice, or in two groups.
 * @example
 * const { groupOf } = createHierarchy([['oak', 'tree'], ['fir', 'tree'], ['rose', 'flower']]); // 1, 1, 0
 */
export function createHierarchy(pairs: Iterable<readonly [fine: string, coarse: string | undefined]>): Hierarchy {
  const group = new Map<string, string>();
  for (const [fine, coarse] of pairs) {
    check(coarse, `Fine class "${fine}" has no group; give every fine class a coarse class`);
    check(!group.has(fine), `Fine class "${fine}" is listed twice ("${group.get(fine)}" and "${coarse}")`);
    group.set(fine, coarse);
  }
  const coarse = [...new Set(group.values())].sort();
  const index = new Map(coarse.map((name, i) => [name, i]));
  return {
    fine: [...group.keys()],
    coarse,
    groupOf: Int32Array.from([...group.values()].map((name) => index.get(name)!)),
  };
}

/** The last word of a name, words being parted by blanks or underscores: "Laysan Albatross" -> "Albatross". */
export const lastWord = (name: string): string => name.split(/[\s_]+/).at(-1)!;

/** A hierarchy in which the last word of a fine class's name is its group, as for birds. @throws InputError as above. */
export const hierarchyByLastWord = (fine: readonly string[]): Hierarchy =>
  createHierarchy(fine.map((name) => [name, lastWord(name)]));

/** The coarse class of each fine label; what is below 0 (no label, or an answer's code) stays as it is. */
export function groupsOf(hierarchy: Hierarchy, fine: Int32Array): Int32Array {
  return fine.map((label) => (label < 0 ? label : hierarchy.groupOf[label]!));
}
