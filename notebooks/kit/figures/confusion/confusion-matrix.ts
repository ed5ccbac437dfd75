import { sum } from '../../../../lib/numbers';
import { escapeHtml } from '../../display';
import { annotation } from '../annotation';
import { shades } from '../colors';
import type { Figure, Provenance } from '../figure';
import { axis, frame, responsive } from '../frame';
import type { MatrixRows } from '../matrix-rows';
import { ink, size } from '../style';
import { textWidth, wrap } from '../text';
import { countRows, strongestConfusions } from './confusions';
import { marks, separators } from './marks';
import { sideNames } from './side-names';

export interface ConfusionMatrixInput {
  /** How often class i was called j, [K, K], or [K, K + 1] with a last column for answers outside the list. */
  readonly counts: MatrixRows;
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

const largestSide = 470;

/**
 * A confusion matrix of up to some hundred classes as a picture: rows are true classes, columns the answers, shades the share of
 * the row. The strongest confusions are numbered in the picture and named beside it (on a phone, below it).
 * @throws InputError for a matrix that does not fit the classes, or without any count.
 */
export const confusionMatrix = (input: ConfusionMatrixInput): Figure => responsive((width) => drawMatrix(input, width));

function drawMatrix(input: ConfusionMatrixInput, total: number): Figure {
  const { classes, groupOf, provenance, named = 10 } = input;
  const isNarrow = total <= size.narrow;
  const counts = countRows(input.counts, classes.length);
  const strongest = strongestConfusions(counts).slice(0, named);
  const columns = counts[0]!.length;
  const order = classes.map((_, i) => i);
  if (groupOf) order.sort((a, b) => groupOf[a]! - groupOf[b]! || a - b);
  const answers = columns > classes.length ? [...order, classes.length] : order;
  const nameOf = (k: number): string => classes[k] ?? 'outside the list';
  const shares = counts.map((row) => row.map((n) => (100 * n) / (sum(row) || 1)));
  const lines = strongest.map(
    ({ truth, answer, share }, i) =>
      `${i + 1}\u00a0 ${escapeHtml(nameOf(truth))} → ${escapeHtml(nameOf(answer))}\u00a0 ${(100 * share).toFixed(0)} %`,
  );
  const names = sideNames(order, input, nameOf, isNarrow);
  const { longest } = names;
  const listLines = isNarrow ? lines.flatMap((line) => wrap(line, total - 32, size.text)) : lines;
  const listWidth = Math.ceil(Math.max(160, ...lines.map((line) => textWidth(line, size.text)))) + 30;
  const left = longest + 50;
  const right = isNarrow ? 14 : 20 + listWidth;
  const side = isNarrow ? total - left - right : largestSide;
  const hasRoom = classes.length <= 24;
  const gap = hasRoom ? 1 : 0.01; // however small, it makes plotly draw cells one by one: sharp at any size
  const rightShare = sum(counts.map((row, i) => row[i]!)) / sum(counts.map(sum));
  const percentRight = (100 * rightShare).toFixed(1);
  const confusions = strongest.map(
    ({ truth, answer, share }) => `${nameOf(truth)} taken for ${nameOf(answer)} (${(100 * share).toFixed(0)} %)`,
  );
  return frame({
    name: input.name ?? 'confusion-matrix',
    title: input.title ?? 'What is taken for what',
    subtitle: `Share of each true class’s images; ${percentRight} % of all are on the diagonal`,
    provenance,
    text: `${percentRight} % right. Strongest confusions: ${confusions.join('; ') || 'none'}.`,
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
        xgap: gap,
        ygap: gap,
        hoverongaps: false,
        text: order.map((i) => answers.map((j) => (shares[i]![j]! ? hover(nameOf(i), nameOf(j)) : ''))),
        hovertemplate: '%{text}<br>%{z:.1f} %<extra></extra>',
      },
    ],
    plotHeight: side,
    width: isNarrow ? total : left + side + right,
    margin: {
      left,
      right,
      bottom: longest + 36 + (isNarrow ? 24 + (listLines.length + 1) * size.text * 1.3 : 0),
    },
    layout: {
      plot_bgcolor: ink.grid,
      xaxis: axis('answer', {
        ...names.ticks(answers, side, columns),
        range: [-0.5, columns - 0.5],
        showgrid: false,
        tickangle: -90,
        ticklen: 3,
      }),
      yaxis: axis('true class', {
        ...names.ticks(order, side, columns),
        range: [classes.length - 0.5, -0.5],
        showgrid: false,
        ticklen: 3,
      }),
      shapes: groupOf
        ? separators(
            order.map((k) => groupOf[k]!),
            columns,
          )
        : [],
      annotations: [
        ...marks(
          strongest.map(({ truth, answer, share }) => ({ x: answers.indexOf(answer), y: order.indexOf(truth), share })),
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

const hover = (truth: string, answer: string): string =>
  `true: <b>${escapeHtml(truth)}</b><br>answer: <b>${escapeHtml(answer)}</b>`;
