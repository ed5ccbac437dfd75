import { check } from '../../../lib/errors';
import { escapeHtml } from '../display';
import { shades } from './colors';
import type { Figure, Provenance, Trace } from './figure';
import { axis, frame } from './frame';
import { rowsOf, type MatrixRows } from './matrix-rows';
import { ink, size } from './style';
import { textWidth } from './text';

export interface TransitionMatrixInput {
  /** Row-stochastic: T[i][j] = P(annotator says j | true group i). */
  readonly matrices: readonly { readonly name: string; readonly T: MatrixRows }[];
  /** Names of the C groups; a column more than these is headed "outside the list". */
  readonly groups: readonly string[];
  readonly provenance: Provenance;
  readonly name?: string;
  readonly title?: string;
}

/**
 * Transition matrices of an annotator as heatmaps side by side, e.g. estimated beside true: rows are true groups, columns the
 * annotator's answers, each row sums to 1. Probabilities are written in the cells, in percent, where there is room. For a phone
 * they stand one below the other.
 * @throws InputError for a matrix that is not C x C (or C x (C + 1)), or whose rows do not sum to 1.
 */
export function transitionMatrix(input: TransitionMatrixInput): Figure {
  const { matrices, name = 'transition-matrix' } = input;
  check(
    matrices.length === 1 || matrices.length === 2,
    `Expected one or two transition matrices, got ${matrices.length}`,
  );
  const narrow = matrices.map((matrix, i) =>
    drawMatrices({ ...input, matrices: [matrix], name: `${name}-narrow-${i + 1}` }, true),
  );
  return { ...drawMatrices({ ...input, name }, false), narrow };
}

function drawMatrices(input: TransitionMatrixInput & { readonly name: string }, isNarrow: boolean): Figure {
  const { matrices, groups, provenance, name, title } = input;
  const panels = matrices.map((matrix) => ({ name: matrix.name, rows: toRows(matrix.name, matrix.T, groups.length) }));
  const outside = panels.some(({ rows }) => rows[0]!.length > groups.length);
  const answers = outside ? [...groups, 'outside the list'] : groups;
  const tickSize = answers.length <= 24 && !isNarrow ? size.small : answers.length <= 40 ? 9 : 6.5;
  const longest = Math.ceil(Math.max(...answers.map((answer) => textWidth(answer, tickSize))));
  const [left, right, gap] = [longest + (isNarrow ? 44 : 58), isNarrow ? 10 : 16, 22];
  const total = isNarrow ? size.narrow : panels.length === 1 ? 640 : 980;
  const room = total - left - right - gap * (panels.length - 1);
  const panelWidth = Math.min(room / panels.length, Math.max(isNarrow ? 0 : 240, 56 * answers.length));
  const plotWidth = panelWidth * panels.length + gap * (panels.length - 1);
  const width = isNarrow ? total : Math.max(560, left + plotWidth + right);
  const axes: Record<string, unknown> = {};
  const annotations: object[] = [];
  panels.forEach((panel, i) => {
    const id = i ? String(i + 1) : '';
    const start = (i * (panelWidth + gap)) / plotWidth;
    const domain = [start, start + panelWidth / plotWidth];
    const look = { tickfont: { size: tickSize }, ticklen: 3, showgrid: false, showline: false };
    const columns = { ...ticks(answers), ...look, range: [-0.5, answers.length - 0.5], tickangle: -90 };
    const rows = {
      ...ticks(groups),
      ...look,
      range: [groups.length - 0.5, -0.5],
      showticklabels: !i,
      ticks: i ? '' : 'outside',
    };
    axes[`xaxis${id}`] = axis('annotator’s answer', { ...columns, domain, anchor: `y${id}` });
    axes[`yaxis${id}`] = axis(i ? '' : 'true group', { ...rows, anchor: `x${id}` });
    annotations.push({
      text: `<b>${escapeHtml(panel.name)}</b>: ${percent(meanDiagonal(panel.rows))} on the diagonal`,
      font: { size: size.text, color: ink.text },
      x: start,
      xref: 'paper',
      xanchor: 'left',
      y: 1,
      yref: 'paper',
      yanchor: 'bottom',
      yshift: 5,
      ...(isNarrow && { xshift: 16 - left }),
      showarrow: false,
      borderpad: 0,
    });
  });
  return frame({
    name,
    title: title ?? 'What the annotator says of each true group',
    subtitle: 'P(answer | true group) in %; each row sums to 100',
    provenance,
    text: panels.map((panel) => describe(panel, groups, answers)).join('; ') + '.',
    data: panels.map((panel, i) =>
      heatmap(panel, groups, answers, { id: i ? String(i + 1) : '', cell: panelWidth / answers.length }),
    ),
    plotHeight: (panelWidth * groups.length) / answers.length,
    width,
    margin: { left, right: width - left - plotWidth, bottom: longest + 36, top: 18 },
    layout: { plot_bgcolor: ink.grid, ...axes, annotations },
  });
}

const ticks = (names: readonly string[]): object => ({
  tickmode: 'array',
  tickvals: names.map((_, k) => k),
  ticktext: names.map((name) => escapeHtml(name)),
});

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const meanDiagonal = (rows: readonly number[][]): number =>
  rows.reduce((sum, row, i) => sum + row[i]!, 0) / rows.length;

/** C rows of C or C + 1 probabilities. */
function toRows(name: string, T: MatrixRows, C: number): number[][] {
  const rows = rowsOf(T);
  const width = rows[0]?.length ?? 0;
  check(
    rows.length === C && (width === C || width === C + 1),
    `${name} is ${rows.length} x ${width}; expected ${C} x ${C} for ${C} groups, or a column more`,
  );
  rows.forEach((row, i) => {
    const sum = row.reduce((total, value) => total + value, 0);
    check(Math.abs(sum - 1) < 1e-3, `Row ${i} of ${name} sums to ${sum}, not 1; rows are true groups, columns answers`);
  });
  return rows;
}

interface Panel {
  readonly name: string;
  readonly rows: number[][];
}

/** A matrix in words: how often the annotator is right, and its most frequent mistake. */
function describe({ name, rows }: Panel, groups: readonly string[], answers: readonly string[]): string {
  const mistakes = rows.flatMap((row, i) => row.map((p, j) => ({ i, j, p: i === j ? -1 : p })));
  const { i, j, p } = mistakes.reduce((most, mistake) => (mistake.p > most.p ? mistake : most));
  return `${name}: mean of the diagonal ${percent(meanDiagonal(rows))}, most frequent mistake ${groups[i]} taken for ${answers[j]} (${percent(p)})`;
}

function heatmap(
  { name, rows }: Panel,
  groups: readonly string[],
  answers: readonly string[],
  { id, cell }: { readonly id: string; readonly cell: number },
): Trace {
  const hasRoom = cell >= 10;
  return {
    type: 'heatmap',
    name,
    xaxis: `x${id}`,
    yaxis: `y${id}`,
    z: rows.map((row) => row.map((p) => 100 * p)),
    zmin: 0,
    zmax: 100,
    colorscale: shades,
    showscale: false,
    xgap: 1,
    ygap: 1,
    text: rows.map((row) => row.map((p) => (hasRoom && p >= 0.015 ? (100 * p).toFixed(0) : ''))),
    texttemplate: '%{text}',
    textfont: { size: cell >= 30 ? size.small : Math.min(9.5, 0.6 * cell) },
    customdata: groups.map((group) => answers.map((answer) => [escapeHtml(group), escapeHtml(answer)])),
    hovertemplate: 'true: <b>%{customdata[0]}</b><br>answer: <b>%{customdata[1]}</b><br>%{z:.1f} %<extra></extra>',
  };
}
