import type { Dataset } from '../../lib/data/dataset';
import { check } from '../../lib/errors';
import { createStrategy } from '../../lib/strategies/registry';
import type { Level, Query, QueryContext, Strategy } from '../../lib/strategies/strategy';
import { picturesOf } from './figures';
import type { GridSection } from './figures';
import { answered, supervision } from './figures/style';

/** A strategy whose choices can be looked at. */
export interface WatchedStrategy {
  /** To be run in place of the strategy itself: it chooses the same. */
  readonly strategy: Strategy;
  /** What it chose, query by query. */
  readonly queries: readonly Query[];
  /** For each level the first picks of the query that bought most, for an image grid; with what the annotator said of them. */
  sections(perLevel?: number): Promise<GridSection[]>;
}

/**
 * Watches what a strategy buys in an experiment on `data`.
 * @throws InputError for an unknown strategy, or sections before the first query.
 */
export function watch(data: Dataset, spec: string): WatchedStrategy {
  const inner = createStrategy(spec);
  const queries: Query[] = [];
  let imageOf: QueryContext['imageOf'];
  const strategy: Strategy = {
    ...inner,
    async query(context) {
      imageOf = context.imageOf;
      const query = await inner.query(context);
      queries.push(query);
      return query;
    },
  };
  return {
    strategy,
    queries,
    async sections(perLevel = 6) {
      check(queries.length, `"${spec}" has chosen nothing yet; run at least two rounds (the first is drawn at random)`);
      const bought = (query: Query, level: Level): number[] =>
        query.purchases.filter((purchase) => purchase.level === level).map(({ row }) => imageOf(row).index);
      const sections = inner.buys.map(async (level): Promise<GridSection[]> => {
        const each = queries.map((query) => bought(query, level));
        const most = each.reduce((best, rows, i) => (rows.length > each[best]!.length ? i : best), 0);
        const rows = each[most]!;
        if (!rows.length) return [];
        const title = `Bought ${level} in round ${most + 1}: ${rows.length} image${rows.length === 1 ? '' : 's'}, the first picks`;
        return [{ title, images: await sectionImages(data, rows.slice(0, perLevel), level) }];
      });
      return (await Promise.all(sections)).flat();
    },
  };
}

/** Images that the annotator names rightly, and those that it takes for another group, the first of each group; for an image grid. */
export async function answerExamples(data: Dataset, perSection = 6): Promise<GridSection[]> {
  const { answers, pool, hierarchy } = data;
  check(answers, `"${data.name}" has no annotator's answers to show`);
  const seen = new Set<string>();
  const found: Record<'right' | 'wrong', number[]> = { right: [], wrong: [] };
  pool.fine.forEach((k, i) => {
    const group = hierarchy.groupOf[k]!;
    const kind = answers.coarse[i] === group ? 'right' : 'wrong';
    if (seen.has(`${kind} ${group}`) || found[kind].length >= perSection) return;
    seen.add(`${kind} ${group}`);
    found[kind].push(i);
  });
  return [
    { title: 'Named rightly', images: await sectionImages(data, found.right, 'weak') },
    { title: 'Taken for another group', images: await sectionImages(data, found.wrong, 'weak') },
  ];
}

async function sectionImages(data: Dataset, rows: readonly number[], level: Level): Promise<GridSection['images']> {
  const { hierarchy, pool, answers } = data;
  const pictures = await picturesOf(pool, rows);
  return rows.map((i, n) => {
    const fine = pool.fine[i]!;
    const said = answers?.coarse[i] ?? -1;
    const isRight = said === hierarchy.groupOf[fine];
    const name = hierarchy.fine[fine]!;
    if (level === 'full') return { picture: pictures[n]!, caption: [name], frame: { color: supervision.full } };
    const answer = hierarchy.coarse[said] ?? 'outside the list';
    const caption = isRight
      ? [`✓ ${answer}`, `(${name})`]
      : [`✗ ${answer}`, `is ${hierarchy.coarse[hierarchy.groupOf[fine]!]!}`, `(${name})`];
    return { picture: pictures[n]!, caption, frame: answered[isRight ? 'right' : 'wrong'] };
  });
}

/** One image of each group, `most` of them, for a picture of the data set; its caption names group and class. */
export async function groupExamples(data: Dataset, most = Infinity): Promise<GridSection[]> {
  const { hierarchy, pool } = data;
  const rows = hierarchy.coarse
    .map((_, c) => pool.fine.findIndex((k) => hierarchy.groupOf[k] === c))
    .filter((i) => i >= 0)
    .slice(0, most);
  const pictures = await picturesOf(pool, rows);
  const images = rows.map((i, n) => {
    const fine = pool.fine[i]!;
    return { picture: pictures[n]!, caption: [hierarchy.coarse[hierarchy.groupOf[fine]!]!, hierarchy.fine[fine]!] };
  });
  return [{ title: '', images }];
}
