import { createCanvas, GlobalFonts, ImageData, type SKRSContext2D } from '@napi-rs/canvas';
import { check } from '../../lib/errors';
import { sum } from '../../lib/numbers';
import type { Dataset, Images } from '../../lib/data/dataset';
import { imagesOf } from './images-of';

export interface SheetOptions {
  /** Pool images shown of each class: the first ones, 4. */
  perClass?: number;
  /** Columns the classes run in, top to bottom: 4. */
  columns?: number;
}

const FONT = 'DejaVu Sans';
const [MARGIN, GAP, HEADING, LABEL] = [16, 4, 30, 190];

/** Height and width in pixels that an image in a file is shown at. */
const SHOWN = 64;

/**
 * A PNG that shows a few pool images of every fine class, labelled, under a heading for its group; images in files are
 * shown small, in colour.
 * @throws InputError for a data set without images, and for images that cannot be read.
 */
export async function contactSheet(
  dataset: Dataset,
  { perClass = 4, columns = 4 }: SheetOptions = {},
): Promise<Buffer> {
  const { hierarchy } = dataset;
  const { images, shown } = await someOfEachClass(dataset, perClass);
  if (!GlobalFonts.has(FONT))
    GlobalFonts.registerFromPath(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'), FONT);

  const line = Math.max(images.height, 16) + GAP;
  const strip = LABEL + perClass * (images.width + GAP);
  const blocks = hierarchy.coarse.map((group, c) => {
    const classes = hierarchy.fine.flatMap((_, k) => (hierarchy.groupOf[k] === c ? [k] : []));
    return { group, classes, height: HEADING + classes.length * line };
  });
  const places = inColumns(
    blocks.map(({ height }) => height),
    columns,
  );
  const bottom = Math.max(...places.map(({ y }, b) => y + blocks[b]!.height));
  const canvas = createCanvas(2 * MARGIN + columns * (strip + MARGIN) - MARGIN, bottom + 2 * MARGIN);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);

  blocks.forEach(({ group, classes }, b) => {
    const x = MARGIN + places[b]!.column * (strip + MARGIN);
    const y = MARGIN + places[b]!.y;
    context.fillStyle = '#1f3a5f';
    context.fillRect(x, y + 6, strip - GAP, HEADING - 10);
    write(context, group, x + 6, y + HEADING / 2 + 1, '#ffffff', 13);
    classes.forEach((k, i) => {
      const top = y + HEADING + i * line;
      write(context, hierarchy.fine[k]!, x, top + images.height / 2, '#222222', 12);
      shown[k]!.forEach((image, n) =>
        context.putImageData(asImageData(images, image), x + LABEL + n * (images.width + GAP), top),
      );
    });
  });
  return canvas.toBuffer('image/png');
}

/** Puts blocks one under the other, opening the next column where that evens out their heights. */
function inColumns(heights: readonly number[], columns: number): { column: number; y: number }[] {
  const target = sum(heights) / columns;
  let [column, y] = [0, 0];
  return heights.map((height) => {
    if (y > 0 && y + height / 2 > target && column < columns - 1) [column, y] = [column + 1, 0];
    const place = { column, y };
    y += height;
    return place;
  });
}

function write(context: SKRSContext2D, text: string, x: number, y: number, colour: string, size: number): void {
  context.fillStyle = colour;
  context.font = `${size}px "${FONT}"`;
  context.textBaseline = 'middle';
  context.fillText(text, x, y, LABEL - 8);
}

/** The first images of every fine class: `shown[k]` are their places in `images`. */
async function someOfEachClass(
  { name, hierarchy, pool }: Dataset,
  perClass: number,
): Promise<{ images: Images; shown: number[][] }> {
  const { images, files, fine } = pool;
  check(images || files, `${name} has no images to show; choose a data set with images`);
  const rows = hierarchy.fine.map((_, k) => firstOf(fine, k, perClass));
  if (images) return { images, shown: rows };
  const wanted = rows.flat();
  const place = new Map(wanted.map((row, i) => [row, i]));
  const some = { ...files!, paths: wanted.map((row) => files!.paths[row]!) };
  return {
    images: await imagesOf(
      { fine: Int32Array.from(wanted), files: some },
      { height: SHOWN, width: SHOWN, channels: 3 },
    ),
    shown: rows.map((some) => some.map((row) => place.get(row)!)),
  };
}

function firstOf(labels: Int32Array, label: number, count: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < labels.length && found.length < count; i++) if (labels[i] === label) found.push(i);
  return found;
}

function asImageData({ height, width, channels, pixels }: Images, i: number): ImageData {
  const size = height * width;
  const rgba = new Uint8ClampedArray(4 * size).fill(255);
  for (let p = 0; p < size; p++)
    for (let c = 0; c < 3; c++) rgba[4 * p + c] = pixels[(i * size + p) * channels + (channels === 3 ? c : 0)]!;
  return new ImageData(rgba, width, height);
}
