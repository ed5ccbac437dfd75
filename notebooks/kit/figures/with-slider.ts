import { check } from '../../../lib/errors';
import type { Figure } from './figure';
import { ink, size } from './style';

/** One position of the slider. */
export interface SliderState {
  /** Below its notch. */
  readonly label: string;
  readonly figure: Figure;
}

export interface SliderInput {
  /** Figures of one kind and size. */
  readonly states: readonly SliderState[];
  /** What is slid, e.g. "trusted images"; said before the label. */
  readonly quantity: string;
  /** The state that is shown first, and in still pictures; the first one unless given. */
  readonly start?: number;
  readonly name?: string;
}

const room = 74;

/**
 * Figures of one kind, of which a slider below shows one: for looking at what a quantity does without running a cell again.
 * Still pictures show one state. Titles are the figures' own.
 * @throws InputError for no states, or figures of different sizes.
 */
export function withSlider({ states, quantity, start = 0, name }: SliderInput): Figure {
  const first = states[start]?.figure;
  check(first, `A slider needs a state to start with; got number ${start} of ${states.length}`);
  for (const { label, figure } of states)
    check(
      figure.height === first.height && figure.width === first.width,
      `The figure for ${quantity} ${label} is ${figure.width} x ${figure.height}; the others ${first.width} x ${first.height}`,
    );
  const layouts = states.map(({ figure: { layout } }) => ({
    ...layout,
    height: first.height + room,
    margin: lower(layout),
  }));
  const differing = [...new Set(layouts.flatMap((layout) => Object.keys(layout)))].filter((key) =>
    layouts.some((layout) => JSON.stringify(at(layout, key)) !== JSON.stringify(at(layouts[0]!, key))),
  );
  const owners = states.flatMap(({ figure }, i) => figure.data.map(() => i));
  const steps = states.map(({ label }, i) => ({
    label,
    method: 'update',
    args: [
      { visible: owners.map((owner) => owner === i) },
      Object.fromEntries(differing.map((key) => [key, at(layouts[i]!, key) ?? []])),
    ],
  }));
  const slider = {
    steps,
    active: start,
    currentvalue: { prefix: `${quantity}: `, xanchor: 'left', font: { size: size.text, color: ink.text } },
    font: { size: size.small, color: ink.muted },
    x: 0,
    xanchor: 'left',
    y: 0,
    yanchor: 'top',
    len: 1,
    pad: { t: layouts[start]!.margin.b - room - 6, b: 0, l: 0, r: 10 },
    bgcolor: ink.grid,
    bordercolor: ink.rule,
    activebgcolor: ink.muted,
    tickcolor: ink.rule,
    ticklen: 4,
  };
  const shown = states[start]!.label;
  const narrow = first.narrow?.map((_, i) => {
    const small = states.map(({ label, figure }) => ({ label, figure: figure.narrow![i]! }));
    return withSlider({ states: small, quantity, start, name: `${name ?? first.name}-narrow-${i + 1}` });
  });
  return {
    ...first,
    ...(name !== undefined && { name }),
    ...(narrow && { narrow }),
    height: first.height + room,
    text: `${quantity} ${shown}: ${first.text} A slider shows it for ${states.map(({ label }) => label).join(', ')}.`,
    data: states.flatMap(({ figure }, i) => figure.data.map((trace) => ({ ...trace, visible: i === start }))),
    layout: { ...layouts[start], sliders: [slider] },
  };
}

const at = (layout: Figure['layout'], key: string): unknown => layout[key];

/** The margins of a layout, with room for the slider below. */
function lower({ margin }: Figure['layout']): { readonly b: number } {
  const given = margin as { readonly b: number };
  return { ...given, b: given.b + room };
}
