import type { RoundRecord } from '../../lib/rounds/record';
import { isHeadless } from './display';
import { learningCurves, showLive } from './figures';
import type { Figure, LiveFigure, Provenance } from './figures';
import { curvesOf } from './records';

/**
 * Runs experiments one after another, and shows their learning curves in place while rounds come in; where nobody looks on
 * (`npm start`), once at the end.
 * @param runs what `experiment(...)` returns, each.
 * @returns all rounds.
 */
export async function liveCurves(
  runs: readonly AsyncIterable<RoundRecord>[],
  provenance: Provenance,
  title?: string,
): Promise<RoundRecord[]> {
  const records: RoundRecord[] = [];
  let shown: LiveFigure | undefined;
  const draw = async (): Promise<void> => {
    const figure = figureOf(records, provenance, title);
    if (shown) await shown.update(figure);
    else shown = await showLive(figure);
  };
  for (const run of runs)
    for await (const record of run) {
      records.push(record);
      if (!isHeadless()) await draw();
    }
  if (!shown) await draw();
  return records;
}

const figureOf = (records: readonly RoundRecord[], provenance: Provenance, title?: string): Figure =>
  learningCurves({
    curves: curvesOf(records).map(({ strategy, runs }) => ({ strategy, runs })),
    provenance,
    name: 'live-curves',
    ...(title !== undefined && { title }),
  });
