import { ink, size } from './style';

/** A text on a figure, placed by plotly's fields; `x` and `y` count in the plot's data unless `xref`, `yref` say "paper". */
export const annotation = (text: string, place: Readonly<Record<string, unknown>>): object => ({
  text,
  font: { size: size.text, color: ink.text },
  showarrow: false,
  borderpad: 0,
  ...place,
});
