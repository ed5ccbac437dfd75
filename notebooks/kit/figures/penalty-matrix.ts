import { check } from '../../../lib/errors';
import { escapeHtml } from '../display';
import { shades } from './colors';
import type { Figure, Provenance } from './figure';
import { axis, frame } from './frame';
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
 * good: the last row holds the columns' means, and strategies stand in its order, best first.
 * @throws InputError for a matrix that does not fit the strategies.
 */
export function penaltyMatrix(input: PenaltyMatrixInput): Figure {
  const { strategies, penalties, settings = 1, provenance } = input;
  const n = strategies.length;
  check(
    n > 1 && penalties.length === n && penalties.every((row) => row.length === n),
    `Penalties of ${penalties.length} rows for ${n} strategies; expected a square matrix of two strategies or more`,
  );
  const means = strategies.map((_, j) => penalties.reduce((sum, row) => sum + row[j]!, 0) / (n - 1));
  const order = strategies.map((_, i) => i).sort((a, b) => means[a]! - means[b]! || a - b);
  const names = order.map((k) => strategies[k]!);
  const cell = Math.min(52, Math.max(30, Math.floor(560 / n)));
  const longest = Math.ceil(Math.max(...names.map((name) => textWidth(name, size.small, true))));
  const left = longest + 58;
  const digits = settings > 1 && penalties.flat().every(Number.isInteger) ? 0 : 2;
  const rows = [
    ...order.map((i) => order.map((j) => (i === j ? null : penalties[i]![j]!))),
    order.map((j) => means[j]!),
  ];
  const show = (value: number | null, places: number): string =>
    value === null ? '' : value === 0 ? '0' : value.toFixed(places);
  const label = (name: string): string =>
    `<span style="color: ${legible(strategyStyle(name).color)}"><b>${escapeHtml(name)}</b></span>`;
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
        ...{ zmin: 0, zmax: settings, colorscale: shades, showscale: false, xgap: 1, ygap: 1, hoverongaps: false },
        text: rows.map((row, i) => row.map((value) => show(value, i === n ? 2 : digits))),
        texttemplate: '%{text}',
        textfont: { size: cell < 36 ? 9.5 : size.small },
        customdata: rows.map((_, i) =>
          names.map((name) => [escapeHtml(names[i] ?? 'the others, mean'), escapeHtml(name)]),
        ),
        hovertemplate: '<b>%{customdata[0]}</b> against <b>%{customdata[1]}</b>: %{z:.2f}<extra></extra>',
      },
    ],
    plotHeight: (n + 1) * cell,
    width: Math.max(620, left + n * cell + 20),
    margin: { left, right: Math.max(620, left + n * cell + 20) - left - n * cell, bottom: longest + 40 },
    layout: {
      plot_bgcolor: ink.grid,
      xaxis: axis('beaten', {
        ...ticks(names.map(label)),
        range: [-0.5, n - 0.5],
        showgrid: false,
        tickangle: -90,
        showline: false,
      }),
      yaxis: axis('beats', {
        ...ticks([...names.map(label), '<b>mean</b>']),
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

const ticks = (labels: readonly string[]): object => ({
  tickmode: 'array',
  tickvals: labels.map((_, k) => k),
  ticktext: labels,
  tickfont: { size: size.small },
  ticklen: 3,
});
