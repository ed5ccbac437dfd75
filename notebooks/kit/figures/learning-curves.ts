import { check } from '../../../lib/errors';
import type { Figure, Provenance } from './figure';
import { axis, frame, responsive, wrappedTitle } from './frame';
import { lineEndLabels } from './line-end-labels';
import { referenceInWords, referenceLine, type Reference } from './reference-line';
import { average, checkRun, subtract } from './runs';
import type { Curve } from './runs';
import { padded, tracesOf } from './series';
import { spreadName } from '../../../lib/study/statistics/spread';
import type { Spread } from '../../../lib/study/statistics/spread';
import { strategyStyle } from './style';

export interface LearningCurvesInput {
  readonly curves: readonly Curve[];
  readonly provenance: Provenance;
  readonly name?: string;
  /** Best states the conclusion. */
  readonly title?: string;
  readonly spread?: Spread;
  /** What the x axis counts, with its unit. */
  readonly xTitle?: string;
  /** Draw points above this strategy, run by run (so give all the same seeds), instead of accuracy itself. */
  readonly relativeTo?: string;
  /** In percent, drawn dotted. */
  readonly reference?: Reference;
  /** What the dashed lines are. */
  readonly controlName?: string;
}

/**
 * Learning curves: fine test accuracy (%) against budget spent, a line a strategy (mean over its runs, round by round) with a
 * band, named and valued at its end; the controls are dashed lines of the same colour.
 * @throws InputError for no curves, runs of different lengths, or accuracies outside 0 .. 1.
 */
export const learningCurves = (input: LearningCurvesInput): Figure => responsive((width) => drawCurves(input, width));

function drawCurves(input: LearningCurvesInput, width: number): Figure {
  const { curves, provenance, spread = 'ci95', xTitle = 'budget spent (1 = the cost of one full label)' } = input;
  check(curves.length, 'Learning curves of no strategy; give at least one curve');
  for (const { strategy, runs, control = [] } of curves)
    for (const run of [...runs, ...control]) checkRun(strategy, run);
  const { relativeTo, reference } = input;
  const drawn = relativeTo === undefined ? curves : subtract(curves, relativeTo);
  const series = drawn.map((curve, i) => ({
    name: curve.strategy,
    style: strategyStyle(curve.strategy, i),
    line: average(curve.strategy, curve.runs, spread),
    control: curve.control?.length ? average(`${curve.strategy} (control)`, curve.control, spread) : undefined,
  }));
  const all = series.flatMap(({ line, control }) => [
    ...line.y.flatMap((y, i) => [y - line.band[i]!, y + line.band[i]!]),
    ...(control?.y ?? []),
  ]);
  if (reference) all.push(reference.y);
  const range = padded(Math.min(...all), Math.max(...all), relativeTo === undefined);
  const measure =
    relativeTo === undefined ? 'fine test accuracy (%)' : `points of fine test accuracy above ${relativeTo}`;
  const right = Math.max(...series.map(({ line }) => line.x.at(-1)!));
  const left = Math.min(...series.map(({ line }) => line.x[0]!));
  const words = { unit: relativeTo === undefined ? ' %' : '', x: '.0f' };
  const plotHeight = 320;
  const ends = series.map(({ name, style, line }) => ({ name, style, x: line.x.at(-1)!, y: line.y.at(-1)! }));
  const labels = lineEndLabels(ends, { range, plotHeight, right });
  const below = wrappedTitle(xTitle, width - 64 - labels.width + 48);
  const controls = series.some(({ control }) => control);
  const subtitle =
    (drawn.every(({ runs }) => runs.length === 1) ? 'One seed: no interval' : `Mean and ${spreadName(spread)}`) +
    (controls ? `; dashed: ${input.controlName ?? 'coarse head trained on full-labelled images only'}` : '') +
    (reference ? `; ${referenceInWords(reference)} %` : '');
  return frame({
    name: input.name ?? (relativeTo === undefined ? 'learning-curves' : `learning-curves-above-${relativeTo}`),
    title:
      input.title ??
      (relativeTo === undefined
        ? 'Fine test accuracy against budget spent'
        : `Lead over ${relativeTo} against budget spent`),
    subtitle,
    provenance,
    text:
      series
        .map(({ name, line }) => `${name} ${line.y.at(-1)!.toFixed(1)} % at ${Math.round(line.x.at(-1)!)}`)
        .join('; ') + '.',
    data: tracesOf(series, words),
    plotHeight,
    width,
    margin: { left: 64, right: labels.width, bottom: 54 + below.more },
    layout: {
      hovermode: 'closest',
      xaxis: axis(below.title, {
        range: [left - 0.02 * (right - left), right + 0.012 * (right - left)],
        showgrid: false,
      }),
      yaxis: axis(measure, { range, showline: false, ticklen: 6, tickcolor: 'rgba(0, 0, 0, 0)' }),
      annotations: labels.annotations,
      shapes: [...labels.connectors, ...(reference ? [referenceLine(reference)] : [])],
    },
  });
}
