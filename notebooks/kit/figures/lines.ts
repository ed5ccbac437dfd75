import { check } from '../../../lib/errors';
import { mean } from '../../../lib/numbers';
import type { Measured } from '../noise-study';
import { halfWidth, spreadName } from '../../../lib/study/statistics/spread';
import type { Spread } from '../../../lib/study/statistics/spread';
import type { Figure, Provenance } from './figure';
import { axis, frame, responsive, wrappedTitle } from './frame';
import { lineEndLabels } from './line-end-labels';
import { referenceInWords, referenceLine, type Reference } from './reference-line';
import type { Line } from './runs';
import { padded, tracesOf } from './series';
import { size, styleOf } from './style';
import { textWidth } from './text';

export interface LineSeries {
  readonly name: string;
  readonly points: readonly Measured[];
  /** Drawn dashed in the same colour. */
  readonly control?: readonly Measured[];
}

export interface LinesInput {
  readonly series: readonly LineSeries[];
  /** With units. */
  readonly xTitle: string;
  readonly yTitle: string;
  readonly provenance: Provenance;
  readonly name?: string;
  readonly title?: string;
  readonly spread?: Spread;
  /** For prices or sizes that grow by factors. */
  readonly logX?: boolean;
  /** A thin dotted horizontal line, named below the title, e.g. 0 = "no gain". */
  readonly reference?: Reference;
  /** What the dashed lines are. */
  readonly controlName?: string;
}

/** Pixels. */
const plotHeight = 270;
const marginLeft = 64;

/**
 * Lines of any measure against any quantity: means over seeds with a band, a look a name (a strategy's own), named and valued at
 * their ends; the ticks of x are the measured points. Values are drawn as given.
 * @throws InputError for no series, or a point without finite values.
 */
export const lines = (input: LinesInput): Figure => responsive((width) => drawLines(input, width));

function drawLines(input: LinesInput, figureWidth: number): Figure {
  const { xTitle, yTitle, provenance, spread = 'ci95', logX = false, reference } = input;
  check(input.series.length, 'Lines of nothing; give at least one series');
  const series = input.series.map(({ name, points, control }, i) => ({
    name,
    style: styleOf(name, i),
    line: toLine(name, points, spread, logX),
    control: control?.length ? toLine(`${name} (control)`, control, spread, logX) : undefined,
  }));
  const all = series.flatMap(({ line, control }) => [
    ...line.y.flatMap((y, i) => [y - line.band[i]!, y + line.band[i]!]),
    ...(control?.y ?? []),
  ]);
  if (reference) all.push(reference.y);
  const range = padded(Math.min(...all), Math.max(...all), false);
  const xs = [...new Set(series.flatMap(({ line }) => line.x))].sort((a, b) => a - b);
  const [left, right] = [xs[0]!, xs.at(-1)!];
  const axisOf = (x: number): number => (logX ? Math.log10(x) : x);
  const width = axisOf(right) - axisOf(left) || 1;
  const ends = series.map(({ name, style, line }) => ({ name, style, x: line.x.at(-1)!, y: line.y.at(-1)! }));
  const labels = lineEndLabels(ends, { range, plotHeight, right });
  const below = wrappedTitle(xTitle, figureWidth - marginLeft - labels.width + 48);
  const words = { unit: '', x: '~g' };
  const hasBand = series.some(({ line }) => line.band.some((half) => half > 0));
  return frame({
    name: input.name ?? 'lines',
    title: input.title ?? `${yTitle} against ${xTitle}`,
    subtitle: [
      hasBand ? `Mean and ${spreadName(spread)}` : '',
      series.some(({ control }) => control)
        ? `dashed: ${input.controlName ?? 'coarse head trained on full-labelled images only'}`
        : '',
      reference ? referenceInWords(reference) : '',
    ]
      .filter(Boolean)
      .join('; '),
    provenance,
    text:
      series
        .map(({ name, line }) => `${name}: ${line.x.map((x, i) => `${line.y[i]!.toFixed(1)} at ${x}`).join(', ')}`)
        .join('; ') + '.',
    data: tracesOf(series, words),
    plotHeight,
    width: figureWidth,
    margin: { left: marginLeft, right: labels.width, bottom: 54 + below.more },
    layout: {
      hovermode: 'closest',
      xaxis: axis(below.title, {
        ...(logX ? { type: 'log' } : {}),
        range: [axisOf(left) - 0.03 * width, axisOf(right) + 0.012 * width],
        showgrid: false,
        tickmode: 'array',
        ...ticks(xs, axisOf, figureWidth - marginLeft - labels.width),
      }),
      yaxis: axis(yTitle, { range, showline: false, ticklen: 6, tickcolor: 'rgba(0, 0, 0, 0)' }),
      annotations: labels.annotations,
      shapes: [...labels.connectors, ...(reference ? [referenceLine(reference)] : [])],
    },
  });
}

/** The measured points, as many of them as have room for their numbers on an axis of so many pixels; the ends first. */
function ticks(
  xs: readonly number[],
  axisOf: (x: number) => number,
  pixels: number,
): { tickvals: number[]; ticktext: string[] } {
  const span = axisOf(xs.at(-1)!) - axisOf(xs[0]!) || 1;
  const numberOf = (x: number): string => String(Number(x.toPrecision(6)));
  const isApart = (x: number, y: number): boolean => {
    const share = (axisOf(y) - axisOf(x)) / span;
    const wanted = (textWidth(numberOf(x), size.text) + textWidth(numberOf(y), size.text)) / 2 + 5;
    return share > 0.045 && share * pixels > wanted;
  };
  const last = xs.at(-1)!;
  const kept = xs.slice(0, 1);
  for (const x of xs) if (isApart(kept.at(-1)!, x) && (x === last || isApart(x, last))) kept.push(x);
  return { tickvals: kept, ticktext: kept.map(numberOf) };
}

function toLine(name: string, points: readonly Measured[], spread: Spread, logX: boolean): Line {
  check(points.length, `${name} has no points; give at least one`);
  for (const { x, values } of points) {
    check(
      Number.isFinite(x) && (!logX || x > 0),
      `${name} has a point at ${x}; expected a number${logX ? ' above 0' : ''}`,
    );
    check(
      values.length && values.every(Number.isFinite),
      `${name} has the values [${values.join(', ')}] at ${x}; expected finite numbers`,
    );
  }
  const sorted = [...points].sort((a, b) => a.x - b.x);
  return {
    x: sorted.map(({ x }) => x),
    y: sorted.map(({ values }) => mean(values)),
    band: sorted.map(({ values }) => halfWidth(values, spread)),
  };
}
