import type { RoundRecord } from '../../lib/rounds/record';
import { learningCurves } from './figures';
import type { Figure, LiveFigure, Provenance } from './figures';
import { showLive } from './figures';
import { curvesOf } from './records';

/** A learning curve that grows while experiments run. */
export interface LiveCurves {
  /** Draws the figure anew with one more round; the rounds so far are in `records`. */
  add(record: RoundRecord): Promise<void>;
  readonly records: readonly RoundRecord[];
}

/**
 * Shows learning curves in place while rounds come in, from one experiment or several: `for await (const round of experiment(...))
 * await live.add(round)`.
 */
export function liveCurves(provenance: Provenance, title?: string): LiveCurves {
  const records: RoundRecord[] = [];
  let shown: Promise<LiveFigure> | undefined;
  const draw = (): Figure =>
    learningCurves({
      curves: curvesOf(records).map(({ strategy, runs }) => ({ strategy, runs })),
      provenance,
      name: 'live-curves',
      ...(title !== undefined && { title }),
    });
  return {
    records,
    async add(record) {
      records.push(record);
      if (shown) await (await shown).update(draw());
      else await (shown = showLive(draw()));
    },
  };
}
