import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import path from 'node:path';

const folder = path.join(path.dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');

/** The font's files: regular and bold. */
export const fontFiles = ['DejaVuSansCondensed.ttf', 'DejaVuSansCondensed-Bold.ttf'].map((file) =>
  path.join(folder, file),
);

const context = (() => {
  for (const [i, weight] of ['Regular', 'Bold'].entries())
    GlobalFonts.registerFromPath(fontFiles[i]!, `Figure${weight}`);
  return createCanvas(1, 1).getContext('2d');
})();

/** How wide a line of text is drawn, in pixels. */
export function textWidth(text: string, fontSize: number, bold = false): number {
  context.font = `${fontSize}px Figure${bold ? 'Bold' : 'Regular'}`;
  return context.measureText(text).width;
}

/** Breaks text between words into lines of at most `width` pixels; a number keeps its % beside it. */
export function wrap(text: string, width: number, fontSize: number, bold = false): string[] {
  const lines: string[] = [];
  for (const word of text.split(/ (?!%)/)) {
    const longer = lines.length ? `${lines.at(-1)!} ${word}` : word;
    if (lines.length && textWidth(longer, fontSize, bold) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
