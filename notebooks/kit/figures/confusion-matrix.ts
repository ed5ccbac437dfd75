import type { Matrix } from '../../../lib/engine/matrix';
import { check } from '../../../lib/errors';
import { sum } from '../../../lib/numbers';
import { escapeHtml } from '../display';
import { annotation } from './annotation';
import { shades } from './colors';
import type { Figure, Provenance } from './figure';
import { axis, frame, responsive } from './frame';
import { fade, ink, size } from './style';
import { textWidth, wrap } from './text';

export interface ConfusionMatrixInput {
  /** How often class i was called j, [K, K], or [K, K + 1] with a last column for answers outside the list. */
  readonly counts: readonly (readonly number[])[] | Matrix;
  readonly classes: readonly string[];
  /** The coarse class of each class: then classes stand by group, with lines between groups. */
  readonly groupOf?: ArrayLike<number>;
  /** The coarse classes' names, written beside their blocks where there is no room for those of the classes. */
  readonly groups?: readonly string[];
  readonly provenance: Provenance;
  readonly name?: string;
  readonly title?: string;
  /** How many of the strongest confusions are named; 10 unless given. */
  readonly named?: number;
}

/** One class taken for another. */
export interface Confusion {
  readonly truth: number;
  /** The number of classes: outside the list. */
  readonly answer: number;
  readonly count: number;
  /** Of the images of `truth`. */
  readonly share: number;
}

const largestSide = 470;

/**
 * A confusion matrix of up to some hundred classes as a picture: rows are true classes, columns the answers, shades the share of
 * the row. The strongest confusions are numbered in the picture and named beside it (on a phone, below it).
 * @throws InputError for a matrix that does not fit the classes, or without any count.
 */
export const confusionMatrix = (input: ConfusionMatrixInput): Figure => responsive((width) => drawMatrix(input, width));

function drawMatrix(input: ConfusionMatrixInput, total: number): Figure {
  const { classes, groupOf, groups, provenance, named = 10 } = input;
  const isNarrow = total <= size.narrow;
  const counts = toRows(input.counts, classes.length);
  const strongest = strongestConfusions(counts).slice(0, named);
  const columns = counts[0]!.length;
  const order = classes.map((_, i) => i);
  if (groupOf) order.sort((a, b) => groupOf[a]! - groupOf[b]! || a - b);
  const answers = columns > classes.length ? [...order, classes.length] : order;
  const nameOf = (k: number): string => classes[k] ?? 'outside the list';
  const place = (list: readonly number[], k: number): number => list.indexOf(k);
  const shares = counts.map((row) => row.map((n) => (100 * n) / (sum(row) || 1)));
  const lines = strongest.map(
    ({ truth, answer, share }, i) =>
      `${i + 1}\u00a0 ${escapeHtml(nameOf(truth))} → ${escapeHtml(nameOf(answer))}\u00a0 ${(100 * share).toFixed(0)} %`,
  );
  const tickSize = classes.length <= 24 ? (isNarrow ? 9 : size.small) : classes.length <= 45 && !isNarrow ? 9 : 0;
  const blocks = !tickSize && groupOf && groups ? blocksOf(order, groupOf) : [];
  const labels = tickSize ? classes : blocks.map(({ group }) => groups![group]!);
  const labelSize = tickSize || (isNarrow ? 9 : size.small);
  const longest = Math.ceil(Math.max(0, ...labels.map((label) => textWidth(label, labelSize))));
  const listLines = isNarrow ? lines.flatMap((line) => wrap(line, total - 32, size.text)) : lines;
  const listWidth = Math.ceil(Math.max(160, ...lines.map((line) => textWidth(line, size.text)))) + 30;
  const left = longest + 50;
  const right = isNarrow ? 14 : 20 + listWidth;
  const side = isNarrow ? total - left - right : largestSide;
  const hasRoom = classes.length <= 24;
  const ticks = (list: readonly number[]): object => {
    const named = tickSize
      ? list.map((k, at) => ({ at, name: nameOf(k) }))
      : blocks
          .filter(({ count }) => (count * side) / columns >= labelSize)
          .map(({ group, start, count }) => ({ at: start + (count - 1) / 2, name: groups![group]! }));
    if (!named.length) return { showticklabels: false, ticks: '' };
    return {
      tickmode: 'array',
      tickvals: named.map(({ at }) => at),
      ticktext: named.map(({ name }) => escapeHtml(name)),
      tickfont: { size: labelSize },
    };
  };
  const rightShare = sum(counts.map((row, i) => row[i]!)) / sum(counts.map(sum));
  return frame({
    name: input.name ?? 'confusion-matrix',
    title: input.title ?? 'What is taken for what',
    subtitle: `Share of each true class’s images; ${(100 * rightShare).toFixed(1)} % of all are on the diagonal`,
    provenance,
    text:
      `${(100 * rightShare).toFixed(1)} % right. Strongest confusions: ` +
      (strongest
        .map(
          ({ truth, answer, share }) => `${nameOf(truth)} taken for ${nameOf(answer)} (${(100 * share).toFixed(0)} %)`,
        )
        .join('; ') || 'none') +
      '.',
    data: [
      {
        type: 'heatmap',
        z: order.map((i) => answers.map((j) => Number(shares[i]![j]!.toFixed(1)))),
        x: answers.map((_, j) => j),
        y: order.map((_, i) => i),
        zmin: 0,
        zmax: 100,
        colorscale: shades,
        showscale: false,
        // A gap, however small, makes plotly draw cells one by one: sharp at any size.
        ...(hasRoom ? { xgap: 1, ygap: 1 } : { xgap: 0.01, ygap: 0.01 }),
        hoverongaps: false,
        text: order.map((i) => answers.map((j) => (shares[i]![j]! ? hover(nameOf(i), nameOf(j)) : ''))),
        hovertemplate: '%{text}<br>%{z:.1f} %<extra></extra>',
      },
    ],
    plotHeight: side,
    width: isNarrow ? total : left + side + right,
    margin: { left, right, bottom: longest + 36 + (isNarrow ? 24 + (listLines.length + 1) * size.text * 1.3 : 0) },
    layout: {
      plot_bgcolor: ink.grid,
      xaxis: axis('answer', {
        ...ticks(answers),
        range: [-0.5, columns - 0.5],
        showgrid: false,
        tickangle: -90,
        ticklen: 3,
      }),
      yaxis: axis('true class', { ...ticks(order), range: [classes.length - 0.5, -0.5], showgrid: false, ticklen: 3 }),
      shapes: groupOf
        ? separators(
            order.map((k) => groupOf[k]!),
            columns,
          )
        : [],
      annotations: [
        ...marks(
          strongest.map(({ truth, answer, share }) => ({ x: place(answers, answer), y: place(order, truth), share })),
          { cell: side / columns, side, inside: hasRoom },
        ),
        annotation(['<b>Strongest confusions</b>', ...listLines].join('<br>'), {
          xref: 'paper',
          xanchor: 'left',
          align: 'left',
          yref: 'paper',
          yanchor: 'top',
          ...(isNarrow ? { x: 0, xshift: 16 - left, y: 0, yshift: -longest - 48 } : { x: 1, xshift: 20, y: 1 }),
        }),
      ],
    },
  });
}

/** Off-diagonal entries with a count, those with the largest share of their row first. */
export function strongestConfusions(counts: readonly (readonly number[])[]): Confusion[] {
  return counts
    .flatMap((row, truth) => {
      const total = sum(row);
      return row.map((count, answer): Confusion => ({ truth, answer, count, share: total ? count / total : 0 }));
    })
    .filter(({ truth, answer, count }) => truth !== answer && count > 0)
    .sort((a, b) => b.share - a.share || b.count - a.count || a.truth - b.truth || a.answer - b.answer);
}

const hover = (truth: string, answer: string): string =>
  `true: <b>${escapeHtml(truth)}</b><br>answer: <b>${escapeHtml(answer)}</b>`;

function toRows(counts: ConfusionMatrixInput['counts'], K: number): number[][] {
  const rows =
    'data' in counts
      ? Array.from({ length: counts.rows }, (_, i) =>
          Array.from(counts.data.subarray(i * counts.columns, (i + 1) * counts.columns)),
        )
      : counts.map((row) => [...row]);
  const width = rows[0]?.length ?? 0;
  check(
    K > 0 && rows.length === K && (width === K || width === K + 1) && rows.every((row) => row.length === width),
    `A confusion matrix of ${rows.length} x ${width}; expected ${K} x ${K} for ${K} classes, or a column more`,
  );
  check(
    rows.some((row) => row.some((n) => n > 0)) && rows.every((row) => row.every((n) => n >= 0)),
    'A confusion matrix holds counts; expected none below 0 and at least one above',
  );
  return rows;
}

/** Neighbours of one group: where they start and how many they are. */
function blocksOf(
  order: readonly number[],
  groupOf: ArrayLike<number>,
): { group: number; start: number; count: number }[] {
  const blocks: { group: number; start: number; count: number }[] = [];
  order.forEach((k, start) => {
    const last = blocks.at(-1);
    if (last && last.group === groupOf[k]) last.count++;
    else blocks.push({ group: groupOf[k]!, start, count: 1 });
  });
  return blocks;
}

/** Grey lines where one group ends and the next begins. */
function separators(groups: readonly number[], columns: number): object[] {
  const line = { color: ink.muted, width: 0.6 };
  return groups.flatMap((group, i) => {
    if (!i || group === groups[i - 1]) return [];
    const at = i - 0.5;
    return [
      { type: 'line', line, x0: at, x1: at, y0: -0.5, y1: groups.length - 0.5 },
      { type: 'line', line, x0: -0.5, x1: columns - 0.5, y0: at, y1: at },
    ];
  });
}

/** A number in each cell, or beside it where cells are small: at the first side on which it covers no number before it. */
function marks(
  cells: readonly { x: number; y: number; share: number }[],
  { cell, side, inside }: { readonly cell: number; readonly side: number; readonly inside: boolean },
): object[] {
  const taken: { x: number; y: number }[] = [];
  return cells.map(({ x, y, share }, i) => {
    const sides = inside ? [0] : [1, -1, 2, -2, 3, -3].map((step) => step * 15 - Math.sign(step) * (4 - cell / 2));
    const isFree = (shift: number): boolean =>
      taken.every((other) => Math.abs(other.x - x * cell - shift) > 14 || Math.abs(other.y - y * cell) > 12);
    const fits = (shift: number): boolean => x * cell + shift > 8 && x * cell + shift < side - 8;
    const shift = sides.find((candidate) => inside || (fits(candidate) && isFree(candidate))) ?? sides[0]!;
    taken.push({ x: x * cell + shift, y: y * cell });
    return annotation(`<b>${i + 1}</b>`, {
      x,
      y,
      xanchor: 'center',
      yanchor: 'middle',
      xshift: shift,
      ...(inside ? {} : { bgcolor: fade(ink.paper, 0.85) }),
      font: {
        size: Math.min(size.small, inside ? cell : Infinity),
        color: inside && share > 0.4 ? ink.paper : '#B03A00',
      },
    });
  });
}
