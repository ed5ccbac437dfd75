import sharp from 'sharp';
import { PNG_SCALE } from '../figures/render';
import { isCode, textOf } from '../nbformat';
import type { CodeCell, Notebook, Output } from '../nbformat';

/**
 * An executed notebook as it is committed: figures as pictures only (which GitHub, nbviewer and an untrusting Jupyter show), in a
 * palette of few colours; without progress bars, whose times differ from run to run. Small, and the same bytes for the same numbers.
 */
export async function slim(notebook: Notebook): Promise<Notebook> {
  const cells = notebook.cells.map(async (cell) => {
    if (!isCode(cell)) return cell;
    const outputs = await Promise.all(cell.outputs.filter(isLasting).map(slimOutput));
    return { ...cell, outputs } satisfies CodeCell;
  });
  return { ...notebook, cells: await Promise.all(cells) };
}

/** Not a bar that has filled. */
export const isLasting = (output: Output): boolean => !('metadata' in output && output.metadata['progress'] === true);

async function slimOutput(output: Output): Promise<Output> {
  const picture = 'data' in output ? output.data['image/png'] : undefined;
  if (!('data' in output) || picture === undefined) return output;
  const png = sharp(Buffer.from(textOf(picture as string | string[]), 'base64'));
  const { width = 0, height = 0 } = await png.metadata();
  const small = await png.png({ palette: true, quality: 80, dither: 0, effort: 7, compressionLevel: 9 }).toBuffer();
  return {
    ...output,
    data: { 'image/png': small.toString('base64'), 'text/plain': output.data['text/plain'] ?? '' },
    metadata: { 'image/png': { width: Math.round(width / PNG_SCALE), height: Math.round(height / PNG_SCALE) } },
  };
}
