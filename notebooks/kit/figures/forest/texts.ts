import { escapeHtml } from '../../display';
import { annotation } from '../annotation';
import { ink, legible, size } from '../style';

/** The name of row `y`, left of the plot. */
export const rowName = (name: string, y: number, color: string): object =>
  annotation(`<b>${escapeHtml(name)}</b>`, {
    x: 0,
    xref: 'paper',
    xanchor: 'right',
    xshift: -8,
    y,
    yanchor: 'middle',
    font: { size: size.text, color: legible(color) },
  });

/** What stands right of row `y` in the panel of the axis `yref`, which ends at `x`. */
export const rowLabel = (label: string, x: number, y: number, yref: string, color: string = ink.text): object =>
  annotation(label, {
    x,
    xref: 'paper',
    xanchor: 'left',
    xshift: 8,
    y,
    yref,
    yanchor: 'middle',
    font: { size: size.small, color },
  });

/** Above the panel that begins at `x`. */
export const panelTitle = (title: string, x: number): object =>
  annotation(`<b>${escapeHtml(title)}</b>`, {
    x,
    xref: 'paper',
    xanchor: 'left',
    y: 1,
    yref: 'paper',
    yanchor: 'bottom',
    yshift: 4,
  });
