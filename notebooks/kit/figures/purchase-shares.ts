import { check } from '../../../lib/errors';
import { escapeHtml } from '../display';
import type { Figure, Provenance, Trace } from './figure';
import { axis, frame, responsive } from './frame';
import { mean, sum } from '../../../lib/numbers';
import { ink, legible, size, supervision } from './style';

/** How many full and weak labels one run bought in each round. */
export interface PurchaseRun {
  readonly full: readonly number[];
  readonly weak: readonly number[];
}

export interface PurchaseSharesInput {
  readonly strategies: readonly { readonly strategy: string; readonly runs: readonly PurchaseRun[] }[];
  readonly provenance: Provenance;
  readonly name?: string;
  readonly title?: string;
  /** Bars of equal height with the counts written on them, or bars as high as the counts. */
  readonly measure?: 'share' | 'number';
}

const panelHeight = 116;
const between = { x: 34, y: 62 };
const left = 64;
const right = 20;

/**
 * What was bought in each round: full and weak labels stacked, a panel a strategy, means over runs.
 * @throws InputError for no strategies, or runs of different lengths.
 */
export const purchaseShares = (input: PurchaseSharesInput): Figure => responsive((width) => drawShares(input, width));

function drawShares(
  { strategies, provenance, name, title, measure = 'share' }: PurchaseSharesInput,
  width: number,
): Figure {
  check(strategies.length, 'Purchases of no strategy; give at least one');
  const panels = strategies.map(({ strategy, runs }) => ({ strategy, ...averageCounts(strategy, runs) }));
  const highest =
    measure === 'share' ? 100 : Math.max(...panels.flatMap(({ full, weak }) => full.map((n, i) => n + weak[i]!)));
  const most = width <= size.narrow ? 1 : 3;
  const columns = panels.length === 4 ? Math.min(2, most) : Math.min(most, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const plotHeight = rows * panelHeight + (rows - 1) * between.y;
  const plotWidth = width - left - right;
  const panelWidth = (plotWidth - (columns - 1) * between.x) / columns;
  const data: Trace[] = [];
  const axes: Record<string, unknown> = {};
  const annotations: object[] = [];
  panels.forEach((panel, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const [x0, y0] = [column * (panelWidth + between.x), row * (panelHeight + between.y)];
    const id = i ? String(i + 1) : '';
    const x = {
      domain: [x0 / plotWidth, (x0 + panelWidth) / plotWidth],
      anchor: `y${id}`,
      dtick: 1,
      showgrid: false,
      ticks: '',
    };
    const y = { domain: [1 - (y0 + panelHeight) / plotHeight, 1 - y0 / plotHeight], anchor: `x${id}` };
    const isLast = i + columns >= panels.length;
    axes[`xaxis${id}`] = axis(isLast ? 'round' : '', x);
    axes[`yaxis${id}`] = axis(column ? '' : yTitle(measure), {
      ...y,
      range: [0, highest * 1.0001],
      nticks: 5,
      showticklabels: !column,
      showline: false,
      ticklen: 6,
      tickcolor: 'rgba(0, 0, 0, 0)',
    });
    annotations.push(panelTitle(panel.strategy, x.domain[0]!, y.domain[1]!));
    data.push(...barsOf(panel, id, measure, highest));
  });
  return frame({
    name: name ?? 'purchases',
    title: title ?? 'What each strategy buys',
    subtitle: `Labels bought a round: ${swatch('full')} and ${swatch('weak')};${width <= size.narrow ? '<br>' : ' '}numbers are means over seeds`,
    provenance,
    text:
      panels
        .map(({ strategy, full, weak }) => `${strategy}: ${Math.round(sum(full))} full, ${Math.round(sum(weak))} weak`)
        .join('; ') + '.',
    data,
    plotHeight,
    width,
    margin: { left, right, bottom: 48, top: 20 },
    layout: { barmode: 'stack', bargap: 0.18, ...axes, annotations },
  });
}

interface Counts {
  readonly full: number[];
  readonly weak: number[];
}

function averageCounts(strategy: string, runs: readonly PurchaseRun[]): Counts {
  const rounds = runs[0]?.full.length ?? 0;
  check(rounds, `${strategy} has no runs, or no rounds; give at least one of both`);
  for (const { full, weak } of runs)
    check(
      full.length === rounds && weak.length === rounds,
      `Runs of ${strategy} differ in length; expected ${rounds} rounds in each`,
    );
  const average = (level: keyof PurchaseRun): number[] =>
    Array.from({ length: rounds }, (_, i) => mean(runs.map((run) => run[level][i]!)));
  return { full: average('full'), weak: average('weak') };
}

const yTitle = (measure: 'share' | 'number'): string => (measure === 'share' ? 'share of labels (%)' : 'labels bought');

const swatch = (level: keyof typeof supervision): string =>
  `<span style="color: ${supervision[level]}">■</span> <span style="color: ${legible(supervision[level])}"><b>${level}</b></span>`;

const panelTitle = (strategy: string, x: number, y: number): object => ({
  text: `<b>${escapeHtml(strategy)}</b>`,
  font: { size: size.text, color: ink.text },
  x,
  xref: 'paper',
  xanchor: 'left',
  y,
  yref: 'paper',
  yanchor: 'bottom',
  yshift: 4,
  showarrow: false,
  borderpad: 0,
});

function barsOf(
  panel: Counts & { strategy: string },
  id: string,
  measure: 'share' | 'number',
  highest: number,
): Trace[] {
  const totals = panel.full.map((full, i) => full + panel.weak[i]!);
  const levels = ['full', 'weak'] as const;
  return levels.map((level) => {
    const y = panel[level].map((n, i) => (measure === 'number' ? n : (100 * n) / (totals[i] || 1)));
    return {
      type: 'bar',
      name: `${level} labels`,
      xaxis: `x${id}`,
      yaxis: `y${id}`,
      x: y.map((_, i) => i),
      y,
      text: panel[level].map((n, i) => (y[i]! / highest > 0.09 ? String(Math.round(n)) : '')),
      customdata: panel[level],
      textposition: 'inside',
      insidetextanchor: 'middle',
      textangle: 0,
      constraintext: 'none',
      textfont: { size: size.small, color: level === 'full' ? '#ffffff' : ink.text },
      marker: { color: supervision[level] },
      hovertemplate: `<b>${escapeHtml(panel.strategy)}</b>, round %{x}<br>%{customdata:.1f} ${level} labels<extra></extra>`,
    };
  });
}
