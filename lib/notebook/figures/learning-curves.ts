import { check } from '../../errors';
import type { Figure, Provenance, Trace } from './figure';
import { axis, frame } from './frame';
import { lineEndLabels } from './line-end-labels';
import { halfWidth, mean, spreadName } from './statistics';
import type { Spread } from './statistics';
import { fade, styleOf } from './style';
import type { SeriesStyle } from './style';

/** One run (one seed): after each round, the budget spent so far and the fine test accuracy in 0 .. 1. */
export interface Run {
  readonly spent: readonly number[];
  readonly accuracy: readonly number[];
}

/** One strategy's runs, and those of its control whose coarse head saw trusted images only. */
export interface Curve {
  readonly strategy: string;
  readonly runs: readonly Run[];
  readonly control?: readonly Run[];
}

export interface LearningCurvesInput {
  readonly curves: readonly Curve[];
  readonly provenance: Provenance;
  readonly name?: string;
  /** Best states the conclusion. */
  readonly title?: string;
  readonly spread?: Spread;
  /** What the x axis counts, with its unit. */
  readonly xTitle?: string;
  /** What the dashed lines are. */
  readonly controlName?: string;
}

/**
 * Learning curves: fine test accuracy (%) against budget spent, a line a strategy (mean over its runs, round by round) with a
 * band, named and valued at its end; the controls are dashed lines of the same colour.
 * @throws InputError for no curves, runs of different lengths, or accuracies outside 0 .. 1.
 */
export function learningCurves(input: LearningCurvesInput): Figure {
  const { curves, provenance, spread = 'sd', xTitle = 'budget spent (1 = the cost of one full label)' } = input;
  check(curves.length, 'Learning curves of no strategy; give at least one curve');
  const series = curves.map((curve, i) => ({
    name: curve.strategy,
    style: styleOf(curve.strategy, i),
    line: average(curve.strategy, curve.runs, spread),
    control: curve.control?.length ? average(`${curve.strategy} (control)`, curve.control, spread) : undefined,
  }));
  const all = series.flatMap(({ line, control }) => [
    ...line.y.flatMap((y, i) => [y - line.band[i]!, y + line.band[i]!]),
    ...(control?.y ?? []),
  ]);
  const range = padded(Math.min(...all), Math.max(...all));
  const right = Math.max(...series.map(({ line }) => line.x.at(-1)!));
  const left = Math.min(...series.map(({ line }) => line.x[0]!));
  const plotHeight = 390;
  const ends = series.map(({ name, style, line }) => ({ name, style, x: line.x.at(-1)!, y: line.y.at(-1)! }));
  const labels = lineEndLabels(ends, { range, plotHeight, right });
  const controls = series.some(({ control }) => control);
  const subtitle =
    `Mean and ${spreadName(spread)}` +
    (controls ? `; dashed: ${input.controlName ?? 'coarse head trained on full-labelled images only'}` : '');
  return frame({
    name: input.name ?? 'learning-curves',
    title: input.title ?? 'Fine test accuracy against budget spent',
    subtitle,
    provenance,
    text:
      series
        .map(({ name, line }) => `${name} ${line.y.at(-1)!.toFixed(1)} % at ${Math.round(line.x.at(-1)!)}`)
        .join('; ') + '.',
    data: [
      ...series.map(bandOf),
      ...series.flatMap(({ name, style, control }) => (control ? [controlOf(name, style, control)] : [])),
      ...series.map(lineOf),
    ],
    plotHeight,
    margin: { left: 64, right: labels.width, bottom: 54 },
    layout: {
      hovermode: 'closest',
      xaxis: axis(xTitle, { range: [left - 0.02 * (right - left), right + 0.012 * (right - left)], showgrid: false }),
      yaxis: axis('fine test accuracy (%)', { range, showline: false, ticklen: 6, tickcolor: 'rgba(0, 0, 0, 0)' }),
      annotations: labels.annotations,
      shapes: labels.connectors,
    },
  });
}

interface Line {
  readonly x: number[];
  readonly y: number[];
  readonly band: number[];
}

interface Series {
  readonly name: string;
  readonly style: SeriesStyle;
  readonly line: Line;
}

/** Round by round over runs, in percent. */
function average(name: string, runs: readonly Run[], spread: Spread): Line {
  const rounds = runs[0]?.spent.length ?? 0;
  check(rounds, `${name} has no runs, or no rounds; give at least one of both`);
  for (const { spent, accuracy } of runs) {
    check(
      spent.length === rounds && accuracy.length === rounds,
      () =>
        `Runs of ${name} differ in length: ${rounds} rounds, ${spent.length} of budget and ${accuracy.length} of accuracy`,
    );
    const wrong = accuracy.find((value) => !(value >= 0 && value <= 1));
    check(wrong === undefined, () => `Unexpected accuracy ${wrong} of ${name}; expected a fraction in 0 .. 1`);
  }
  const at = (i: number, of: keyof Run): number[] => runs.map((run) => run[of][i]!);
  const indices = Array.from({ length: rounds }, (_, i) => i);
  return {
    x: indices.map((i) => mean(at(i, 'spent'))),
    y: indices.map((i) => 100 * mean(at(i, 'accuracy'))),
    band: indices.map((i) => 100 * halfWidth(at(i, 'accuracy'), spread)),
  };
}

const bandOf = ({ name, style, line: { x, y, band } }: Series): Trace => ({
  type: 'scatter',
  mode: 'lines',
  name: `${name} band`,
  x: [...x, ...[...x].reverse()],
  y: [...y.map((value, i) => value + band[i]!), ...y.map((value, i) => value - band[i]!).reverse()],
  fill: 'toself',
  fillcolor: fade(style.color, style.strong ? 0.2 : 0.11),
  line: { width: 0 },
  hoverinfo: 'skip',
});

const lineOf = ({ name, style, line }: Series): Trace => ({
  type: 'scatter',
  mode: 'lines+markers',
  name,
  x: line.x,
  y: line.y,
  customdata: line.band,
  line: { color: style.color, width: style.strong ? 3 : 2, dash: style.dash },
  marker: {
    color: style.color,
    symbol: style.symbol,
    size: style.strong ? 9 : 8,
    line: { color: style.color, width: 1.5 },
  },
  hovertemplate: `<b>${name}</b><br>%{y:.1f} % ± %{customdata:.1f} at %{x:.0f}<extra></extra>`,
});

const controlOf = (name: string, style: SeriesStyle, { x, y }: Line): Trace => ({
  type: 'scatter',
  mode: 'lines',
  name: `${name}, control`,
  x,
  y,
  line: { color: style.color, width: 1.4, dash: '4px,3px' },
  opacity: 0.85,
  hovertemplate: `<b>${name}, control</b><br>%{y:.1f} % at %{x:.0f}<extra></extra>`,
});

function padded(low: number, high: number): [number, number] {
  const pad = Math.max(1, 0.04 * (high - low));
  return [Math.max(0, low - pad), Math.min(100, high + pad)];
}
