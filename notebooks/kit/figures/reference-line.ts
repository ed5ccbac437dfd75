import { ink } from './style';

/** A value to hold lines against, drawn dotted across the plot. */
export interface Reference {
  readonly y: number;
  readonly name: string;
}

/** "dotted: GPT-4V alone, 66.2" */
export const referenceInWords = ({ y, name }: Reference): string =>
  `dotted: ${name}, ${y.toFixed(1).replace('-', '−')}`;

export const referenceLine = ({ y }: Reference): object => ({
  type: 'line',
  layer: 'below',
  line: { color: ink.muted, width: 1, dash: 'dot' },
  xref: 'paper',
  x0: 0,
  x1: 1,
  y0: y,
  y1: y,
});
