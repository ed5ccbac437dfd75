/** Drawn with this font on every machine; its width is close to the fallbacks' for those who view the SVG without it. */
export const fontFamily = "'DejaVu Sans Condensed', 'Helvetica Neue', Arial, sans-serif";

/** Pixels. */
export const size = { width: 760, narrow: 380, title: 17, text: 13, small: 11.5 } as const;

export const ink = { text: '#1f2328', muted: '#5c6470', rule: '#d8dce2', grid: '#eceef1', paper: '#ffffff' } as const;

/** What a label is: bought from a human (full) or from the annotator (weak). */
export const supervision = { full: '#0072B2', weak: '#E69F00' } as const;

/** An answer; a wrong one's frame is broken as well, for those who do not see the colours. */
export const answered = {
  right: { color: '#009E73', dash: 'solid' },
  wrong: { color: '#D55E00', dash: '5px,4px' },
} as const;

export interface SeriesStyle {
  readonly color: string;
  /** plotly's marker symbol. */
  readonly symbol: string;
  readonly dash: string;
  /** Drawn stronger than the rest. */
  readonly strong?: boolean;
}

/**
 * One look per strategy in every figure: colour, marker and dash. The colours are Okabe and Ito's (jfly.uni-koeln.de/color)
 * for the strategies that are compared most, and darker shades of the kinds Paul Tol proposes for the others.
 */
const strategies: Readonly<Record<string, SeriesStyle>> = {
  random: { color: '#7A7F87', symbol: 'circle-open', dash: 'solid' },
  entropy: { color: '#56B4E9', symbol: 'triangle-up', dash: 'solid' },
  margin: { color: '#0072B2', symbol: 'square', dash: 'solid' },
  'least-confidence': { color: '#332288', symbol: 'triangle-left', dash: 'dot' },
  coreset: { color: '#B89B00', symbol: 'diamond', dash: 'solid' },
  bald: { color: '#CC79A7', symbol: 'pentagon', dash: 'solid' },
  badge: { color: '#009E73', symbol: 'triangle-down', dash: 'solid' },
  typiclust: { color: '#882255', symbol: 'hexagon', dash: 'dot' },
  isoal: { color: '#E69F00', symbol: 'star-diamond', dash: 'solid' },
  'fixed-ratio': { color: '#6B6B2A', symbol: 'cross', dash: 'dashdot' },
  'adaptive-ratio': { color: '#AA4499', symbol: 'x', dash: 'dashdot' },
  'weak-first': { color: '#117733', symbol: 'diamond-tall', dash: 'dashdot' },
  'weak-annotator': { color: '#D55E00', symbol: 'circle', dash: 'solid', strong: true },
  'weak-annotator-plus': { color: '#A63D00', symbol: 'star', dash: 'solid', strong: true },
  'matched-random': { color: '#A0785A', symbol: 'circle-open-dot', dash: 'dot' },
  'matched-margin': { color: '#6B3D1E', symbol: 'square-open-dot', dash: 'dot' },
};

const others: readonly SeriesStyle[] = [
  { color: '#117733', symbol: 'star', dash: 'solid' },
  { color: '#4B0092', symbol: 'hourglass', dash: 'dash' },
  { color: '#000000', symbol: 'bowtie', dash: 'dot' },
  { color: '#C0504D', symbol: 'hexagram', dash: 'dashdot' },
  { color: '#2E8B9A', symbol: 'diamond-wide', dash: 'solid' },
  { color: '#8A6D00', symbol: 'triangle-right', dash: 'dash' },
  { color: '#5B5B8C', symbol: 'octagon', dash: 'dot' },
];

/** Dashes and hollow markers for further series of one strategy with other options, e.g. fixed-ratio(weakShare=0.9). */
const variants = ['solid', 'dash', 'dot', 'dashdot', 'longdash'] as const;

/** Whether a name, options in brackets aside, has a look of its own. */
export const isStrategy = (name: string): boolean => name.replace(/[ (,].*$/, '') in strategies;

/**
 * How a strategy named `name` looks: the same in every figure, with options in brackets its colour and a dash by `index`. One
 * that is not the project's takes the look that its name leads to, so that yours keeps its colour, too.
 */
export function strategyStyle(name: string, index = 0): SeriesStyle {
  const family = name.replace(/[ (,].*$/, '');
  return family in strategies ? styleOf(name, index) : others[hash(family) % others.length]!;
}

/** The same for any series: names that are no strategy's take the remaining looks in turn by `index`. */
export function styleOf(name: string, index = 0): SeriesStyle {
  const known = strategies[name];
  if (known) return known;
  const base = strategies[name.replace(/[ (,].*$/, '')];
  if (!base) return others[index % others.length]!;
  const symbol = base.symbol.includes('open') || index % 2 === 0 ? base.symbol : `${base.symbol}-open`;
  return { color: base.color, symbol, dash: variants[index % variants.length]! };
}

const hash = (text: string): number =>
  [...text].reduce((sum, letter) => (31 * sum + letter.codePointAt(0)!) % 65521, 7);

/** `color` (#rrggbb) at this opacity. */
export function fade(color: string, opacity: number): string {
  const channels = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
  return `rgba(${channels.join(', ')}, ${opacity})`;
}

/** `color` (#rrggbb) darkened until text in it is legible on white: contrast at least 4.5 (WCAG 2.2, 1.4.3). */
export function legible(color: string): string {
  let channels = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
  const luminance = (): number => {
    const [r, g, b] = channels.map((value) =>
      value / 255 <= 0.04045 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  while (1.05 / (luminance() + 0.05) < 4.5) channels = channels.map((value) => Math.floor(value * 0.96));
  return `#${channels.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
