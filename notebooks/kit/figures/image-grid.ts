import { check } from '../../../lib/errors';
import { escapeHtml } from '../display';
import { annotation } from './annotation';
import type { Figure, Provenance } from './figure';
import { frame, responsive } from './frame';
import type { Picture } from './pictures';
import { ink, size } from './style';
import { textWidth, wrap } from './text';

/** One image with what is said below it, line by line. */
export interface GridImage {
  readonly picture: Picture;
  readonly caption?: readonly string[];
  /** Its frame; a thin gray one unless given. */
  readonly frame?: { readonly color: string; readonly dash?: string };
}

/** Images under a heading. */
export interface GridSection {
  readonly title: string;
  readonly images: readonly GridImage[];
}

export interface ImageGridInput {
  readonly sections: readonly GridSection[];
  readonly provenance: Provenance;
  readonly name?: string;
  readonly title?: string;
  /** How to read it; may say what the frames' colours mean. */
  readonly subtitle?: string;
  /** Images side by side; 6 unless given. */
  readonly columns?: number;
}

const [edge, gap] = [20, 16];
/** Frames reach this far beyond the images. */
const bleed = 4;
const line = Math.round(size.small * 1.3);

/** Images side by side on a phone. */
const fewColumns = 2;

/**
 * Images in rows, section by section: each with its caption below, broken between words, and a frame that may carry a colour.
 * Pictures keep their proportions.
 * @throws InputError for a grid without images.
 */
export const imageGrid = (input: ImageGridInput): Figure => responsive((width) => drawGrid(input, width));

function drawGrid(input: ImageGridInput, total: number): Figure {
  const { provenance } = input;
  const columns = total <= size.narrow ? fewColumns : (input.columns ?? 6);
  const sections = input.sections.filter(({ images }) => images.length);
  check(sections.length, 'An image grid without images; give at least one section with one');
  const plotWidth = total - 2 * edge;
  const width = Math.floor((plotWidth - (columns - 1) * gap) / columns);
  const all = sections.flatMap(({ images }) => images);
  const height = Math.ceil(
    Math.min(width, Math.max(...all.map(({ picture }) => (width * picture.height) / picture.width))),
  );
  const [images, shapes, annotations]: [object[], object[], object[]] = [[], [], []];
  const labels: { x: number; y: number; text: string }[] = [];
  let y = 0;
  for (const { title, images: shown } of sections) {
    if (title) {
      const heading = wrap(title, plotWidth - gap, size.text, true).map((text) => `<b>${escapeHtml(text)}</b>`);
      annotations.push(textAt(0, y + 2, heading.join('<br>'), size.text, ink.text));
      y += 9 + 17 * heading.length;
    }
    for (let start = 0; start < shown.length; start += columns) {
      const row = shown.slice(start, start + columns).map(({ caption = [], ...image }) => ({
        ...image,
        caption,
        lines: caption
          .flatMap((text) => wrap(text, width + gap - 6, size.small))
          .flatMap((line) => pieces(line, width + gap - 6)),
      }));
      row.forEach(({ picture, caption, lines, frame }, column) => {
        const x = column * (width + gap);
        const scale = Math.min(width / picture.width, height / picture.height);
        const drawn = { width: picture.width * scale, height: picture.height * scale };
        images.push(imageAt(picture, x, y, drawn.width, drawn.height));
        const text = (caption.length ? caption : [title]).map((line) => escapeHtml(line)).join('<br>');
        labels.push({ x: x + width / 2, y: y + height / 2, text });
        shapes.push(frameAround(x, y, drawn.width, drawn.height, frame));
        const words = lines.map((text) => escapeHtml(text)).join('<br>');
        if (words) annotations.push(textAt(x, y + height + 6, words, size.small, ink.text));
      });
      y += height + 6 + line * Math.max(...row.map(({ lines }) => lines.length)) + 12;
    }
    y += 6;
  }
  const plotHeight = y;
  return frame({
    name: input.name ?? 'images',
    title: input.title ?? 'Images',
    subtitle: input.subtitle ?? '',
    provenance,
    text:
      sections
        .map(({ title, images: shown }) =>
          [title, shown.flatMap(({ caption }) => (caption?.length ? [caption.join(', ')] : [])).join('; ')]
            .filter(Boolean)
            .join(': '),
        )
        .join('. ') + '.',
    data: [labelled(labels, height)],
    plotHeight: plotHeight + bleed,
    width: total,
    margin: { left: edge - bleed, right: edge - bleed, bottom: 0 },
    layout: {
      xaxis: { visible: false, range: [-bleed, plotWidth + bleed], fixedrange: true },
      yaxis: { visible: false, range: [plotHeight, -bleed], fixedrange: true },
      images,
      shapes,
      annotations,
    },
  });
}

/** Unseen points on the images, which show their captions under the mouse, or their section's title. */
const labelled = (
  labels: readonly { x: number; y: number; text: string }[],
  width: number,
): Record<string, unknown> => ({
  type: 'scatter',
  x: labels.map(({ x }) => x),
  y: labels.map(({ y }) => y),
  text: labels.map(({ text }) => text),
  mode: 'markers',
  marker: { size: width, symbol: 'square', opacity: 0 },
  hoverinfo: 'text',
  hoverlabel: { bgcolor: ink.text },
});

const imageAt = ({ uri }: Picture, x: number, y: number, sizex: number, sizey: number): object => ({
  source: uri,
  xref: 'x',
  yref: 'y',
  x,
  y,
  sizex,
  sizey,
  sizing: 'contain',
  xanchor: 'left',
  yanchor: 'top',
  layer: 'above',
});

const frameAround = (x: number, y: number, width: number, height: number, look?: GridImage['frame']): object => ({
  type: 'rect',
  layer: 'above',
  line: look ? { ...look, width: 3 } : { color: ink.rule, width: 1 },
  x0: x - 2,
  x1: x + width + 2,
  y0: y - 2,
  y1: y + height + 2,
});

const textAt = (x: number, y: number, text: string, fontSize: number, color: string): object =>
  annotation(text, { x, y, xanchor: 'left', yanchor: 'top', align: 'left', font: { size: fontSize, color } });

/** A word that is wider than `width` pixels, broken where it must be. */
function pieces(word: string, width: number): string[] {
  let end = word.length;
  while (end > 1 && textWidth(word.slice(0, end), size.small) > width) end--;
  return end < word.length ? [word.slice(0, end), ...pieces(word.slice(end), width)] : [word];
}
