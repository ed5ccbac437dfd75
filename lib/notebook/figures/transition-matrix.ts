import { check } from '../../errors';
import { escapeHtml } from '../display';
import type { Figure, Provenance, Trace } from './figure';
import { axis, frame } from './frame';
import { ink, size } from './style';
import { textWidth } from './text';

/** A C x C matrix, row by row: plain rows, or flat values as lib/engine/matrix keeps them. */
export type SquareMatrix = readonly (readonly number[])[] | { readonly values: ArrayLike<number> };

export interface TransitionMatrixInput {
  /** Row-stochastic: T[i][j] = P(annotator says j | true group i). */
  readonly matrices: readonly { readonly name: string; readonly T: SquareMatrix }[];
  /** Names of the C groups. */
  readonly groups: readonly string[];
  readonly provenance: Provenance;
  readonly name?: string;
  readonly title?: string;
}

/** Light to dark blue: lightness falls evenly, so small probabilities can still be told apart. */
const colors = [
  [0, '#ffffff'],
  [0.02, '#e8f1f9'],
  [0.1, '#c3dcf0'],
  [0.25, '#93c1e4'],
  [0.5, '#4a94cb'],
  [0.75, '#1b66a8'],
  [1, '#0a3564'],
] as const;

/**
 * Transition matrices of an annotator as heatmaps side by side, e.g. estimated beside true: rows are true groups, columns the
 * annotator's answers, each row sums to 1. Probabilities are written in the cells, in percent, where there is room.
 * @throws InputError for a matrix that is not C x C or whose rows do not sum to 1.
 */
export function transitionMatrix({ matrices, groups, provenance, name, title }: TransitionMatrixInput): Figure {
  check(
    matrices.length === 1 || matrices.length === 2,
    `Expected one or two transition matrices, got ${matrices.length}`,
  );
  const panels = matrices.map((matrix) => ({ name: matrix.name, rows: toRows(matrix.name, matrix.T, groups.length) }));
  const labels = groups.map((group) => escapeHtml(group));
  const longest = Math.max(...groups.map((group) => textWidth(group, tickSize(groups.length))));
  const left = Math.ceil(longest) + 58;
  const width = panels.length === 1 ? 640 : 980;
  const gap = 22;
  const [plotWidth, right] = [width - left - 16, 16];
  const panelWidth = (plotWidth - gap * (panels.length - 1)) / panels.length;
  const axes: Record<string, unknown> = {};
  const annotations: object[] = [];
  panels.forEach((panel, i) => {
    const id = i ? String(i + 1) : '';
    const x0 = (i * (panelWidth + gap)) / plotWidth;
    const ticks = {
      tickmode: 'array',
      tickvals: groups.map((_, k) => k),
      tickfont: { size: tickSize(groups.length) },
      ticklen: 3,
    };
    const own = { ...ticks, ticktext: labels, showgrid: false, showline: false };
    axes[`xaxis${id}`] = axis('annotator’s answer', {
      ...{ ...own, domain: [x0, x0 + panelWidth / plotWidth], anchor: `y${id}`, tickangle: -90 },
      ...{
        range: [-0.5, groups.length - 0.5],
        title: { text: 'annotator’s answer', standoff: 8, font: { size: size.text, color: ink.muted } },
      },
    });
    axes[`yaxis${id}`] = axis(i ? '' : 'true group', {
      ...{
        ...own,
        anchor: `x${id}`,
        range: [groups.length - 0.5, -0.5],
        showticklabels: !i,
        ticks: i ? '' : 'outside',
      },
    });
    annotations.push({
      text: `<b>${escapeHtml(panel.name)}</b>: ${(100 * meanDiagonal(panel.rows)).toFixed(1)} % on the diagonal`,
      font: { size: size.text, color: ink.text },
      ...{
        x: x0,
        xref: 'paper',
        xanchor: 'left',
        y: 1,
        yref: 'paper',
        yanchor: 'bottom',
        yshift: 5,
        showarrow: false,
        borderpad: 0,
      },
    });
  });
  return frame({
    name: name ?? 'transition-matrix',
    title: title ?? 'What the annotator says of each true group',
    subtitle: 'P(answer | true group) in %; each row sums to 100',
    provenance,
    text:
      panels
        .map(
          (panel) =>
            `${panel.name}: mean of the diagonal ${(100 * meanDiagonal(panel.rows)).toFixed(1)} %, ${worst(panel.rows, groups)}`,
        )
        .join('; ') + '.',
    data: panels.map((panel, i) => heatmap(panel, labels, i ? String(i + 1) : '')),
    plotHeight: panelWidth,
    width,
    margin: { left, right, bottom: Math.ceil(longest) + 36, top: 18 },
    layout: { plot_bgcolor: ink.grid, ...axes, annotations },
  });
}

const tickSize = (groups: number): number => (groups <= 24 ? size.small : groups <= 40 ? 9 : 6.5);

const meanDiagonal = (rows: readonly number[][]): number =>
  rows.reduce((sum, row, i) => sum + row[i]!, 0) / rows.length;

function toRows(name: string, T: SquareMatrix, C: number): number[][] {
  const flat =
    'values' in T && !Array.isArray(T) ? Array.from(T.values as ArrayLike<number>) : (T as number[][]).flat();
  check(flat.length === C * C, `${name} has ${flat.length} entries; expected ${C} x ${C} for ${C} groups`);
  const rows = Array.from({ length: C }, (_, i) => flat.slice(i * C, (i + 1) * C));
  rows.forEach((row, i) => {
    const sum = row.reduce((total, value) => total + value, 0);
    check(Math.abs(sum - 1) < 1e-3, `Row ${i} of ${name} sums to ${sum}, not 1; rows are true groups, columns answers`);
  });
  return rows;
}

/** The most frequent mistake, in words. */
function worst(rows: readonly number[][], groups: readonly string[]): string {
  const mistakes = rows.flatMap((row, i) => row.map((p, j) => ({ i, j, p: i === j ? -1 : p })));
  const { i, j, p } = mistakes.reduce((most, mistake) => (mistake.p > most.p ? mistake : most));
  return `most frequent mistake ${groups[i]} taken for ${groups[j]} (${(100 * p).toFixed(0)} %)`;
}

function heatmap({ name, rows }: { name: string; rows: number[][] }, labels: readonly string[], id: string): Trace {
  const shown = labels.length <= 24;
  return {
    type: 'heatmap',
    name,
    ...{ xaxis: `x${id}`, yaxis: `y${id}` },
    z: rows.map((row) => row.map((p) => 100 * p)),
    ...{ zmin: 0, zmax: 100, colorscale: colors, showscale: false, xgap: 1, ygap: 1 },
    text: rows.map((row) => row.map((p) => (shown && p >= 0.015 ? (100 * p).toFixed(0) : ''))),
    texttemplate: '%{text}',
    textfont: { size: labels.length <= 12 ? size.small : 9.5 },
    customdata: rows.map((_, i) => labels.map((answer) => [labels[i], answer])),
    hovertemplate: 'true: <b>%{customdata[0]}</b><br>answer: <b>%{customdata[1]}</b><br>%{z:.1f} %<extra></extra>',
  };
}
