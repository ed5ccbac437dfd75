import { check } from '../../../lib/errors';
import { mean } from '../../../lib/numbers';
import { escapeHtml } from '../display';
import type { Figure, Provenance } from './figure';
import { axis, frame } from './frame';
import { halfWidth, spreadName } from '../../../lib/study/statistics/spread';
import type { Spread } from '../../../lib/study/statistics/spread';
import { fade, ink, legible, size, styleOf } from './style';
import { textWidth } from './text';

/** One bar: the mean of its values (one a seed), and beside it that of its control. */
export interface Bar {
  readonly name: string;
  readonly values: readonly number[];
  readonly control?: readonly number[];
}

export interface BarsInput {
  readonly bars: readonly Bar[];
  /** What is measured, with its unit; values are drawn as given. */
  readonly valueTitle: string;
  readonly provenance: Provenance;
  readonly name?: string;
  readonly title?: string;
  readonly spread?: Spread;
  /** Largest on top unless `false`: then in the order given. */
  readonly sort?: boolean;
  readonly digits?: number;
  readonly controlName?: string;
}

const rowHeight = 30;

/**
 * Horizontal bars: one a strategy (in its colour) or any other name, with the spread over seeds and the value in figures; the control
 * is a hollow bar behind.
 * @throws InputError for no bars, or a bar without finite values.
 */
export function bars(input: BarsInput): Figure {
  const { valueTitle, provenance, spread = 'ci95', digits = 1, sort = true } = input;
  check(input.bars.length, 'Bars of nothing; give at least one');
  for (const { name, values } of input.bars)
    check(
      values.length && values.every(Number.isFinite),
      `Bar "${name}" has the values [${values.join(', ')}]; expected finite numbers`,
    );
  const rows = input.bars.map((bar, i) => ({
    name: bar.name,
    style: styleOf(bar.name, i),
    value: mean(bar.values),
    half: halfWidth(bar.values, spread),
    control: bar.control?.length ? mean(bar.control) : undefined,
  }));
  if (sort) rows.sort((a, b) => b.value - a.value);
  const y = rows.map((_, i) => i);
  const left = Math.ceil(Math.max(...rows.map(({ name }) => textWidth(name, size.text, true)))) + 30;
  const labelOf = (row: (typeof rows)[number]): string =>
    row.value.toFixed(digits) + (row.half ? ` ± ${row.half.toFixed(digits)}` : '');
  const right = Math.ceil(Math.max(...rows.map((row) => textWidth(labelOf(row), size.text)))) + 30;
  const reach = rows.map((row) => Math.max(row.value + row.half, row.control ?? -Infinity));
  const hasControl = rows.some(({ control }) => control !== undefined);
  const hasSpread = rows.some(({ half }) => half > 0);
  const subtitle = [
    hasSpread ? `Mean and ${spreadName(spread)}` : '',
    hasControl ? `hollow: ${input.controlName ?? 'coarse head trained on full-labelled images only'}` : '',
  ];
  return frame({
    name: input.name ?? 'bars',
    title: input.title ?? valueTitle,
    subtitle: subtitle.filter(Boolean).join('; '),
    provenance,
    text: rows.map((row) => `${row.name} ${labelOf(row)}`).join('; ') + '.',
    data: [
      {
        type: 'bar',
        orientation: 'h',
        name: 'control',
        x: rows.map(({ control }) => control ?? null),
        y,
        width: 0.84,
        marker: { color: 'rgba(0, 0, 0, 0)', line: { width: 1.3, color: rows.map(({ style }) => style.color) } },
        hovertemplate: `control: %{x:.${digits}f}<extra></extra>`,
      },
      {
        type: 'bar',
        orientation: 'h',
        name: valueTitle,
        x: rows.map(({ value }) => value),
        y,
        width: 0.58,
        marker: { color: rows.map(({ style }) => fade(style.color, style.strong ? 1 : 0.82)) },
        error_x: {
          type: 'data',
          array: rows.map(({ half }) => half),
          visible: hasSpread,
          color: ink.text,
          thickness: 1.3,
          width: 4,
        },
        customdata: rows.map(({ name }) => escapeHtml(name)),
        hovertemplate: `<b>%{customdata}</b>: %{x:.${digits}f}<extra></extra>`,
      },
    ],
    plotHeight: rows.length * rowHeight + 6,
    margin: { left, right, bottom: 50 },
    layout: {
      barmode: 'overlay',
      xaxis: axis(valueTitle, { rangemode: 'tozero', showgrid: false }),
      yaxis: {
        range: [rows.length - 0.45, -0.55],
        showgrid: false,
        zeroline: false,
        showticklabels: false,
        fixedrange: true,
      },
      annotations: rows.flatMap((row, i) => [
        {
          text: `<b>${escapeHtml(row.name)}</b>`,
          font: { size: size.text, color: legible(row.style.color) },
          x: 0,
          xref: 'paper',
          xanchor: 'right',
          xshift: -10,
          y: i,
          yanchor: 'middle',
          showarrow: false,
          borderpad: 0,
        },
        {
          text: labelOf(row),
          font: { size: size.text, color: ink.text },
          x: Math.max(0, reach[i]!),
          xanchor: 'left',
          xshift: 8,
          y: i,
          yanchor: 'middle',
          showarrow: false,
          borderpad: 0,
        },
      ]),
    },
  });
}
