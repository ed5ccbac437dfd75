import type { Figure, Provenance } from '../figure';
import { axis, frame } from '../frame';
import { ink, size } from '../style';
import { textWidth } from '../text';
import { looks, marks } from './marks';
import { rangeWithoutFarRows, wholeRange } from './range';
import { checkPanels, namesOf, type ForestPanel } from './rows';
import { panelTitle, rowLabel, rowName } from './texts';
import { describe, howToRead, labelOf, valueOf, writer } from './words';

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
  /** Whether the controls' values are written, too, each beside its mark. */
  readonly controlValues?: boolean;
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

/** Pixels: between panels, and right of the last one. */
const gap = 16;
const right = 14;

/**
 * A forest plot: differences with their intervals, one row a strategy, 0 marked; what lies clear of 0 is drawn full, the
 * rest pale. Or plain values, without a line at 0. For a phone the panels stand one below the other, as `narrow`.
 * @throws InputError for no rows, or an estimate outside its own interval.
 */
export function forest(input: ForestInput): Figure {
  const wide = draw(input);
  if (wide.width <= size.narrow) return wide;
  const narrow = input.panels.map((panel, i) =>
    draw({
      ...input,
      panels: [i ? { ...panel, title: '' } : panel],
      width: size.narrow,
      name: `${wide.name}-narrow-${i + 1}`,
      title: i ? panel.title : wide.title,
    }),
  );
  return { ...wide, narrow };
}

function draw(input: ForestInput): Figure {
  const { panels, valueTitle, digits = 1, sort = true, differences = true } = input;
  checkPanels(panels);
  const names = namesOf(panels, sort);
  const write = writer(digits, differences);
  const lookOf = looks(input.strategies);
  const [low, high] = differences ? rangeWithoutFarRows(panels, names) : wholeRange(panels);
  const pad = 0.05 * (high - low || 1);
  const labels = panels.map(({ rows }) =>
    names.map((name) =>
      labelOf(
        rows.find((row) => row.name === name),
        write,
        [low, high],
      ),
    ),
  );
  const hasControl = panels.some(({ rows }) => rows.some(({ control }) => control));
  const writesBoth = hasControl && input.controlValues === true;
  const controls = panels.map(({ rows }) =>
    rows.flatMap(({ name, control }) =>
      control && writesBoth ? [{ at: names.indexOf(name), label: valueOf(control, write) }] : [],
    ),
  );

  const width = input.width ?? (panels.length > 2 ? 980 : size.width);
  const left = Math.ceil(Math.max(...names.map((name) => textWidth(name, size.text, true)))) + 26;
  const written = [...labels.flat(), ...controls.flat().map(({ label }) => label)];
  const labelWidth = Math.ceil(Math.max(...written.map((label) => textWidth(label, size.small)))) + 12;
  const plotWidth = width - left - right;
  const panelWidth = Math.floor((plotWidth - panels.length * labelWidth - (panels.length - 1) * gap) / panels.length);
  const nticks = Math.min(6, Math.max(2, Math.floor(panelWidth / 16))); // that have room side by side
  const rowHeight = writesBoth ? 34 : hasControl && names.length <= 12 ? 26 : 22;
  const shift = writesBoth ? 0.22 : 0.17; // of a row's own mark upwards, and of its control's downwards

  const axes: Record<string, unknown> = {};
  const annotations = names.map((name, i) => rowName(name, i, lookOf(name).color));
  const shapes: object[] = [];
  panels.forEach(({ title }, p) => {
    const id = idOf(p);
    const start = p * (panelWidth + labelWidth + gap);
    const domain = [start / plotWidth, (start + panelWidth) / plotWidth] as const;
    const range = [low - pad, high + pad];
    axes[`xaxis${id}`] = axis(valueTitle, { range, domain, anchor: `y${id}`, nticks });
    axes[`yaxis${id}`] = rowAxis(names.length, `x${id}`);
    if (differences) shapes.push(zeroLine(`x${id}`));
    if (title) annotations.push(panelTitle(title, domain[0]));
    labels[p]!.forEach((label, i) =>
      annotations.push(rowLabel(label, domain[1], writesBoth ? i - shift : i, `y${id}`)),
    );
    for (const { at, label } of controls[p]!)
      annotations.push(rowLabel(label, domain[1], at + shift, `y${id}`, ink.muted));
  });

  return frame({
    name: input.name ?? 'forest',
    title: input.title ?? valueTitle,
    subtitle: howToRead(panels, differences, input.intervalName, input.controlName),
    provenance: input.provenance,
    text: panels.map((panel) => describe(panel, names, write)).join('. ') + '.',
    data: panels.flatMap((panel, p) => marks(panel, names, idOf(p), lookOf, shift)),
    plotHeight: names.length * rowHeight + 8,
    width,
    margin: { left, right, bottom: 50, top: panels.some(({ title }) => title) ? 20 : 0 },
    layout: { hovermode: 'closest', ...axes, annotations, shapes },
  });
}

/** How plotly numbers the axes of panel `p`: the first ones have no number. */
const idOf = (p: number): string => (p ? String(p + 1) : '');

/** Row i at height i, the first on top; names are written beside it. */
const rowAxis = (rows: number, anchor: string): object => ({
  range: [rows - 0.4, -0.6],
  showgrid: false,
  zeroline: false,
  showticklabels: false,
  fixedrange: true,
  anchor,
});

const zeroLine = (xref: string): object => ({
  type: 'line',
  layer: 'below',
  line: { color: ink.muted, width: 1 },
  xref,
  x0: 0,
  x1: 0,
  yref: 'paper',
  y0: 0,
  y1: 1,
});
