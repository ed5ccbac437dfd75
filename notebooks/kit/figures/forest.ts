import { check } from '../../../lib/errors';
import { escapeHtml } from '../display';
import { annotation } from './annotation';
import type { Figure, Provenance, Trace } from './figure';
import { axis, frame } from './frame';
import { ink, isStrategy, legible, size, strategyStyle, supervision, type SeriesStyle } from './style';
import { textWidth } from './text';

/** A mean with its interval: low <= mean <= high. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Whether it is told from 0, where that is judged otherwise than by the interval: by a p after Holm's correction. */
  readonly clear?: boolean;
}

/** One comparison; the control's estimate is drawn hollow below it. */
export interface ForestRow {
  readonly name: string;
  readonly estimate: Estimate;
  readonly control?: Estimate;
  /** Right of the row, in a column of its own: "9 of 10". */
  readonly note?: string;
}

/** Rows of one setting, e.g. one price of a weak label; panels stand side by side, their rows matched by name. */
export interface ForestPanel {
  readonly title: string;
  readonly rows: readonly ForestRow[];
}

export interface ForestInput {
  readonly panels: readonly ForestPanel[];
  /** What the estimates are, with units. */
  readonly valueTitle: string;
  readonly provenance: Provenance;
  readonly name?: string;
  readonly title?: string;
  /** What the intervals are; "95 % confidence interval of the mean" unless given. */
  readonly intervalName?: string;
  readonly controlName?: string;
  readonly digits?: number;
  /** `false`: plain values, not differences; written without a sign, none of them pale. */
  readonly differences?: boolean;
  /** The largest of the first panel on top unless `false`: then in the order given. */
  readonly sort?: boolean;
  /** Every row is a strategy, so that those of your own have a look, too; else only the project's strategies have one. */
  readonly strategies?: boolean;
  /** Pixels; by the number of panels unless given. */
  readonly width?: number;
}

const gap = 16;

/**
 * A forest plot: differences with their intervals, one row a strategy, 0 marked; what lies clear of 0 is drawn full, the
 * rest pale. Or plain values, without a line at 0. For a phone the panels stand one below the other, as `narrow`.
 * @throws InputError for no rows, or an estimate outside its own interval.
 */
export function forest(input: ForestInput): Figure {
  const { panels, provenance, valueTitle, digits = 1, sort = true, differences = true } = input;
  const write = (value: number): string => (differences ? signed(value, digits) : value.toFixed(digits));
  check(panels.length && panels[0]!.rows.length, 'A forest plot of nothing; give at least one panel with a row');
  for (const { rows } of panels) for (const row of rows) checkRow(row);
  const names = namesOf(panels, sort);
  const hasControl = panels.some(({ rows }) => rows.some(({ control }) => control));
  const rowHeight = hasControl && names.length <= 12 ? 26 : 22;
  const left = Math.ceil(Math.max(...names.map((name) => textWidth(name, size.text, true)))) + 26;
  const reach = panels.flatMap(({ rows }) =>
    rows.flatMap(({ estimate, control }) => [estimate, ...(control ? [control] : [])]),
  );
  const [low, high] = shownRange(panels, names, differences ? [0] : []);
  const pad = 0.05 * (high - low || 1);
  const range = [low - pad, high + pad];
  const labelsOf = ({ rows }: ForestPanel): string[] =>
    names.map((name) =>
      labelOf(
        rows.find((row) => row.name === name),
        write,
        [low, high],
      ),
    );
  const labelWidth = Math.ceil(Math.max(...panels.flatMap(labelsOf).map((label) => textWidth(label, size.small)))) + 12;
  const width = input.width ?? (panels.length > 2 ? 980 : size.width);
  const right = 14;
  const panelWidth = Math.floor(
    (width - left - right - panels.length * labelWidth - (panels.length - 1) * gap) / panels.length,
  );
  const plotWidth = width - left - right;
  const plotHeight = names.length * rowHeight + 8;
  const axes: Record<string, unknown> = {};
  const annotations: object[] = names.map((name, i) => nameOf(name, i, lookOf(name, input.strategies)));
  const shapes: object[] = [];
  panels.forEach((panel, p) => {
    const id = p ? String(p + 1) : '';
    const start = p * (panelWidth + labelWidth + gap);
    const domain = [start / plotWidth, (start + panelWidth) / plotWidth];
    const y = {
      range: [names.length - 0.4, -0.6],
      showgrid: false,
      zeroline: false,
      showticklabels: false,
      fixedrange: true,
    };
    axes[`xaxis${id}`] = axis(valueTitle, { range, domain, anchor: `y${id}`, nticks: 6 });
    axes[`yaxis${id}`] = { ...y, anchor: `x${id}` };
    if (differences) shapes.push(zeroLine(id));
    if (panel.title) annotations.push(panelTitle(panel.title, domain[0]!));
    labelsOf(panel).forEach((label, i) => annotations.push(labelAt(label, domain[1]!, i, id)));
  });
  const corrected = reach.some(({ clear }) => clear !== undefined);
  const pale = corrected ? ', pale where Holm’s p is 0.05 or more' : ', pale where it holds 0';
  const subtitle = [
    `${input.intervalName ?? '95 % confidence interval of the mean'}${differences ? pale : ''}`,
    hasControl ? `hollow: ${input.controlName ?? 'with a coarse head trained on full-labelled images only'}` : '',
    panels.some(({ rows }) => rows.some(({ note }) => note))
      ? 'right: the mean, and in how many seeds it is above 0'
      : '',
  ];
  const [name, title] = [input.name ?? 'forest', input.title ?? valueTitle];
  const wide = frame({
    name,
    title,
    subtitle: subtitle.filter(Boolean).join('; '),
    provenance,
    text: panels.map((panel) => describe(panel, names, write)).join('. ') + '.',
    data: panels.flatMap(({ rows }, p) => [
      ...marks(rows, names, 'estimate', p, input.strategies),
      ...(hasControl ? marks(rows, names, 'control', p, input.strategies) : []),
    ]),
    plotHeight,
    width,
    margin: { left, right, bottom: 50, top: panels.some(({ title }) => title) ? 20 : 0 },
    layout: { hovermode: 'closest', ...axes, annotations, shapes },
  });
  if (width <= size.narrow) return wide;
  const narrow = panels.map((panel, i) =>
    forest({
      ...{ ...input, panels: [i ? { ...panel, title: '' } : panel], width: size.narrow },
      ...{ name: `${name}-narrow-${i + 1}`, title: i ? panel.title : title },
    }),
  );
  return { ...wide, narrow };
}

function checkRow({ name, estimate, control }: ForestRow): void {
  for (const { low, mean, high } of [estimate, ...(control ? [control] : [])])
    check(low <= mean && mean <= high, `${name}: the mean ${mean} is not within its interval ${low} to ${high}`);
}

/**
 * Where the axis ends at either side: a row that alone would make it 2.2 times as long or more would press all others together,
 * so it is left outside, with an arrow before its number. No interval is cut.
 */
function shownRange(
  panels: readonly ForestPanel[],
  names: readonly string[],
  zero: readonly number[],
): [number, number] {
  const rows = names.map((name) =>
    panels
      .flatMap(({ rows }) => rows.filter((row) => row.name === name))
      .flatMap(({ estimate, control }) => [estimate, ...(control ? [control] : [])]),
  );
  const low = Math.min(...zero, ...rows.flat().map((each) => each.low));
  const high = Math.max(...zero, ...rows.flat().map((each) => each.high));
  const mirrored = rows.map((row) => row.map((each) => ({ low: -each.high, high: -each.low })));
  const shown: [number, number] = [-farthest(mirrored, -high), farthest(rows, low)];
  return zero.length ? [Math.min(0, shown[0]), Math.max(0, shown[1])] : [low, high];
}

/** The upper end of an axis that begins at `start`. */
function farthest(rows: readonly (readonly Pick<Estimate, 'low' | 'high'>[])[], start: number): number {
  const ends = rows.map((row) => row.reduce((far, each) => (each.high > far.high ? each : far)));
  const [first, second] = ends.sort((a, b) => b.high - a.high);
  const isFar = second && first!.low > second.high && first!.high - start > 2.2 * (second.high - start);
  return isFar ? second.high : first!.high;
}

/** Every name once, by the first panel's estimates where they are to be sorted. */
function namesOf(panels: readonly ForestPanel[], sort: boolean): string[] {
  const first = [...panels[0]!.rows];
  if (sort) first.sort((a, b) => b.estimate.mean - a.estimate.mean);
  return [
    ...new Set([first, ...panels].flatMap((panel) => ('rows' in panel ? panel.rows : panel)).map(({ name }) => name)),
  ];
}

const signed = (value: number, digits: number): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`.replace(/^[+−](0(\.0+)?)$/, '$1');

const labelOf = (
  row: ForestRow | undefined,
  write: (value: number) => string,
  [low, high]: [number, number],
): string =>
  row
    ? (row.estimate.mean > high ? '→ ' : row.estimate.mean < low ? '← ' : '') +
      write(row.estimate.mean) +
      (row.note ? `\u00a0 ${row.note}` : '')
    : '';

const describe = ({ title, rows }: ForestPanel, names: readonly string[], write: (value: number) => string): string =>
  (title ? `${title}: ` : '') +
  names
    .flatMap((name) => rows.filter((row) => row.name === name))
    .map(({ name, estimate: { mean, low, high } }) => `${name} ${write(mean)} (${write(low)} to ${write(high)})`)
    .join('; ');

/** Points with intervals, one trace a row, since each has its own look. */
function marks(
  rows: readonly ForestRow[],
  names: readonly string[],
  which: 'estimate' | 'control',
  panel: number,
  strategies?: boolean,
): Trace[] {
  const id = panel ? String(panel + 1) : '';
  const hasControl = rows.some(({ control }) => control);
  const shift = hasControl ? (which === 'control' ? 0.17 : -0.17) : 0;
  return rows.flatMap((row): Trace[] => {
    const estimate = row[which];
    if (!estimate) return [];
    const { color, symbol } = lookOf(row.name, strategies);
    const { mean, low, high } = estimate;
    const { clear = low > 0 || high < 0 } = estimate;
    const hollow = which === 'control';
    const words = `<b>${escapeHtml(row.name)}</b>${hollow ? ', control' : ''}<br>%{x:.2f} (${low.toFixed(2)} to ${high.toFixed(2)})`;
    return [
      {
        type: 'scatter',
        mode: 'markers',
        name: row.name + (hollow ? ', control' : ''),
        ...{ xaxis: `x${id}`, yaxis: `y${id}` },
        ...{ x: [mean], y: [names.indexOf(row.name) + shift] },
        opacity: clear ? 1 : 0.5,
        marker: {
          ...{ color: hollow ? ink.paper : color, symbol: symbol.replace(/-open.*$/, ''), size: hollow ? 7 : 9 },
          line: { color, width: 1.6 },
        },
        error_x: {
          ...{ type: 'data', symmetric: false, array: [high - mean], arrayminus: [mean - low] },
          ...{ color, thickness: hollow ? 1.2 : 2, width: 0 },
        },
        hovertemplate: `${words}<extra></extra>`,
      },
    ];
  });
}

/** A strategy's own look; all other names share one, since their rows are named. */
const lookOf = (name: string, strategies = false): SeriesStyle =>
  strategies || isStrategy(name) ? strategyStyle(name) : { color: supervision.full, symbol: 'circle', dash: 'solid' };

const nameOf = (name: string, i: number, { color }: SeriesStyle): object =>
  annotation(`<b>${escapeHtml(name)}</b>`, {
    ...{ x: 0, xref: 'paper', xanchor: 'right', xshift: -8, y: i, yanchor: 'middle' },
    font: { size: size.text, color: legible(color) },
  });

const labelAt = (label: string, x: number, i: number, id: string): object =>
  annotation(label, {
    ...{ x, xref: 'paper', xanchor: 'left', xshift: 8, y: i, yref: `y${id}`, yanchor: 'middle' },
    font: { size: size.small, color: ink.text },
  });

const panelTitle = (title: string, x: number): object =>
  annotation(`<b>${escapeHtml(title)}</b>`, {
    x,
    xref: 'paper',
    xanchor: 'left',
    y: 1,
    yref: 'paper',
    yanchor: 'bottom',
    yshift: 4,
  });

const zeroLine = (id: string): object => ({
  type: 'line',
  layer: 'below',
  line: { color: ink.muted, width: 1 },
  ...{ xref: `x${id}`, x0: 0, x1: 0, yref: 'paper', y0: 0, y1: 1 },
});
