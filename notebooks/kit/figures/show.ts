import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from 'esbuild';
import { display, isHeadless, liveDisplay } from '../display';
import type { DisplayData } from '../display';
import { darkFigures } from './dark';
import type { Figure } from './figure';
import { drawSvg, readPlotly } from './plotly-dom';
import { renderFigure } from './render';
import type { RenderedFigure } from './render';

/** A figure on the page that can be replaced, e.g. after every round. */
export interface LiveFigure {
  update(figure: Figure): Promise<void>;
}

/**
 * Shows a figure in the cell's output: interactive where plotly.js is on the page ({@link interactive}, the report), else
 * as a picture that every front end shows, trusted or not. Where the environment variable FIGURES_DIR or `directory` names a
 * folder, its SVG is written there as NAME.svg, those for a phone beside it.
 */
export async function show(figure: Figure, directory?: string): Promise<void> {
  await showLive(figure, directory);
}

/** The same, for a figure that will be replaced. */
export async function showLive(
  figure: Figure,
  directory: string | undefined = process.env['FIGURES_DIR'],
): Promise<LiveFigure> {
  const draw = async (shown: Figure): Promise<DisplayData> => {
    const rendered = await renderFigure(shown);
    const narrow = shown.narrow ?? [];
    if (directory) {
      mkdirSync(directory, { recursive: true });
      writeFileSync(path.join(directory, `${shown.name}.svg`), rendered.svg);
      for (const figure of narrow) writeFileSync(path.join(directory, `${figure.name}.svg`), await drawSvg(figure));
    }
    const figure = { name: shown.name, narrow: narrow.map(({ name }) => name) };
    return { data: bundleOf(rendered), metadata: { figure } };
  };
  const live = liveDisplay(await draw(figure));
  return { update: async (next) => live.update(await draw(next)) };
}

const bundleOf = ({ html, png, plotly, text }: RenderedFigure): Record<string, unknown> => ({
  'text/html': html,
  'image/png': png.toString('base64'),
  'application/vnd.plotly.v1+json': plotly,
  'text/plain': text,
});

/** plotly.js for a script element: 4.9 MB. */
export const plotlyScript = (): string =>
  transformSync(readPlotly(), { minify: true, legalComments: 'none', charset: 'ascii' }).code.replaceAll(
    '</script',
    '<\\/script',
  );

/**
 * Makes the figures that follow interactive in Jupyter (trusted notebooks), by putting plotly.js on the page: once, from the set-up
 * cell; in Jupyter's dark theme they are dark, too. Does nothing where notebooks are executed without a front end, so that executed notebooks stay small.
 */
export function interactive(): void {
  if (isHeadless()) return;
  const html = `<style>${darkFigures('body[data-jp-theme-light="false"]')}</style><script>${plotlyScript()}</script>`;
  display({
    data: { 'text/html': html, 'text/plain': 'plotly.js is on the page: the figures that follow are interactive.' },
  });
}
