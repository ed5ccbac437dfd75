import { check } from '../../../lib/errors';
import { escapeHtml } from '../display';
import { shades } from './colors';
import type { Figure, Provenance } from './figure';
import { axis, frame, responsive } from './frame';
import { ink, legible, size, strategyStyle } from './style';
import { textWidth } from './text';

export interface PenaltyMatrixInput {
  readonly strategies: readonly string[];
  /** penalties[i][j]: in how many settings (or what share of them) strategy i beats strategy j, clearly. */
  readonly penalties: readonly (readonly number[])[];
  /** The largest that an entry can be: the number of settings; 1 unless given. */
  readonly settings?: number;
  readonly provenance: Provenance;
  readonly name?: string;
  readonly title?: string;
}

/**
 * The pairwise penalty matrix of Ash et al. (BADGE, ICLR 2020, section 4): row i, column j says how often i beats j. Low columns are
 * good: the last row holds the columns' means, and strategies stand in its order, best first. On a phone columns have the rows'
 * numbers, the means stand beside the names, and the shades of small cells speak for themselves.
 * @throws InputError for a matrix that does not fit the strategies.
 */
export const penaltyMatrix = (input: PenaltyMatrixInput): Figure =>
  responsive((width) => drawMatrix(input, width <= size.narrow));

function drawMatrix(input: PenaltyMatrixInput, isNarrow: boolean): Figure {
  const { strategies, penalties, settings = 1, provenance } = input;
  const n = strategies.length;
  check(
    n > 1 && penalties.length === n && penalties.every((row) => row.length === n),
    `Penalties of ${penalties.length} rows for ${n} strategies; expected a square matrix of two strategies or more`,
  );
  const means = strategies.map((_, j) => penalties.reduce((sum, row) => sum + row[j]!, 0) / (n - 1));
  const order = strategies.map((_, i) => i).sort((a, b) => means[a]! - means[b]! || a - b);
  const names = order.map((k) => strategies[k]!);
  const fontSize = isNarrow ? 9.5 : size.small;
  const longest = Math.ceil(Math.max(...names.map((name) => textWidth(name, fontSize, true))));
  const left = longest + (isNarrow ? 50 : 58);
  const cell = isNarrow
    ? Math.min(40, Math.floor((size.narrow - left - 8) / n))
    : Math.min(52, Math.max(30, Math.floor(560 / n)));
  const hasRoom = cell >= 24;
  const every = Math.ceil(14 / cell); // column whose number is said
  const width = isNarrow ? size.narrow : Math.max(620, left + n * cell + 20);
  const digits = settings > 1 && penalties.flat().every(Number.isInteger) ? 0 : 2;
  const rows = [
    ...order.map((i) => order.map((j) => (i === j ? null : penalties[i]![j]!))),
    order.map((j) => means[j]!),
  ];
  const show = (value: number | null, places: number): string =>
    value === null ? '' : value === 0 ? '0' : value.toFixed(places);
  const label = (name: string): string =>
    `<span style="color: ${legible(strategyStyle(name).color)}"><b>${escapeHtml(name)}</b></span>`;
  const ofRow = (name: string, i: number): string =>
    isNarrow ? `${label(name)} ${show(means[order[i]!]!, 2)}  ${i + 1}` : label(name);
  return frame({
    name: input.name ?? 'penalty-matrix',
    title: input.title ?? 'Who beats whom',
    subtitle: `How often the row beats the column clearly${settings > 1 ? `, of ${settings}` : ''}; a column with low numbers is seldom beaten`,
    provenance,
    text: `Mean penalty, best first: ${order.map((k) => `${strategies[k]!} ${means[k]!.toFixed(2)}`).join('; ')}.`,
    data: [
      {
        type: 'heatmap',
        z: rows,
        zmin: 0,
        zmax: settings,
        colorscale: shades,
        showscale: false,
        xgap: 1,
        ygap: 1,
        hoverongaps: false,
        text: rows.map((row, i) => row.map((value) => (hasRoom ? show(value, i === n ? 2 : digits) : ''))),
        texttemplate: '%{text}',
        textfont: { size: cell < 36 ? 9.5 : size.small },
        customdata: rows.map((_, i) =>
          names.map((name) => [escapeHtml(names[i] ?? 'the others, mean'), escapeHtml(name)]),
        ),
        hovertemplate: '<b>%{customdata[0]}</b> against <b>%{customdata[1]}</b>: %{z:.2f}<extra></extra>',
      },
    ],
    plotHeight: (n + 1) * (isNarrow ? Math.max(cell, 15) : cell),
    width,
    margin: { left, right: width - left - n * cell, bottom: isNarrow ? 44 : longest + 40 },
    layout: {
      plot_bgcolor: ink.grid,
      xaxis: axis('beaten', {
        ...ticks(isNarrow ? names.map((_, j) => (j % every ? '' : String(j + 1))) : names.map(label), fontSize),
        range: [-0.5, n - 0.5],
        showgrid: false,
        tickangle: isNarrow ? 0 : -90,
        showline: false,
      }),
      yaxis: axis(isNarrow ? '' : 'beats', {
        ...ticks([...names.map(ofRow), '<b>mean</b>'], fontSize),
        range: [n + 0.5, -0.5],
        showgrid: false,
        showline: false,
      }),
      shapes: [
        { type: 'line', x0: -0.5, x1: n - 0.5, y0: n - 0.5, y1: n - 0.5, line: { color: ink.text, width: 1.5 } },
      ],
    },
  });
}

const ticks = (labels: readonly string[], fontSize: number): object => ({
  tickmode: 'array',
  tickvals: labels.map((_, k) => k),
  ticktext: labels,
  tickfont: { size: fontSize },
  ticklen: 3,
});
