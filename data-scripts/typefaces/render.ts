import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { version as canvasVersion } from '@napi-rs/canvas/package.json';
import { check } from '../../lib/errors';
import type { Random } from '../../lib/random';
import type { Face } from './fonts';
import { blur, plane, resize, type Plane } from './plane';

type Range = readonly [low: number, high: number];

/** Ranges from which a picture's conditions are drawn, uniformly. */
export interface Conditions {
  /** Type size in pixels, before a word that is too long is shrunk to fit. */
  readonly size: Range;
  /** Degrees. */
  readonly rotation: Range;
  /** Horizontal shear per unit of height. */
  readonly shear: Range;
  /** Horizontal stretch. */
  readonly stretch: Range;
  /** Share of the full resolution that survives. */
  readonly resolution: Range;
  /** Standard deviation of the blur in pixels. */
  readonly blur: Range;
  /** Gray levels 0-255. */
  readonly ink: Range;
  readonly paper: Range;
  readonly leastContrast: number;
  /** Standard deviation of the noise in gray levels. */
  readonly noise: Range;
  /** Difference in gray levels from one side of the picture to the other. */
  readonly gradient: Range;
  /** Probability of light ink on dark paper. */
  readonly inverted: number;
  /** Probabilities of capitals and of lower case; otherwise only the first letter is a capital. */
  readonly capitals: number;
  readonly lowerCase: number;
}

/** The conditions of the data set's pictures. */
export const dataConditions: Conditions = {
  size: [20, 26],
  rotation: [-2, 2],
  shear: [-0.02, 0.02],
  stretch: [0.97, 1.03],
  resolution: [0.75, 1],
  blur: [0, 0.5],
  ink: [0, 80],
  paper: [180, 255],
  leastContrast: 110,
  noise: [0, 4],
  gradient: [0, 10],
  inverted: 0,
  capitals: 0.06,
  lowerCase: 0.44,
};

/** Wider ones, half of what the stand-in annotator learns from: it has seen more kinds of pictures than these. */
export const wideConditions: Conditions = {
  size: [17, 25],
  rotation: [-4, 4],
  shear: [-0.05, 0.05],
  stretch: [0.9, 1.12],
  resolution: [0.5, 1],
  blur: [0.2, 1],
  ink: [0, 110],
  paper: [150, 255],
  leastContrast: 70,
  noise: [2, 10],
  gradient: [0, 25],
  inverted: 0.15,
  capitals: 0.12,
  lowerCase: 0.44,
};

/** A specimen: black on white, straight, in the middle. */
export const specimenConditions: Conditions = {
  ...dataConditions,
  size: [22, 22],
  rotation: [0, 0],
  shear: [0, 0],
  stretch: [1, 1],
  resolution: [1, 1],
  blur: [0, 0],
  ink: [0, 0],
  paper: [255, 255],
  noise: [0, 0],
  gradient: [0, 0],
  capitals: 0,
  lowerCase: 0,
};

export const HEIGHT = 32;
export const WIDTH = 96;
/** The text is drawn at this multiple of the size, then averaged. */
const SCALE = 2;

/** What draws the pictures; another version or platform may place a shade of gray differently. */
export const renderer = `@napi-rs/canvas ${canvasVersion} on ${process.platform}-${process.arch}`;

const canvas = createCanvas(WIDTH * SCALE, HEIGHT * SCALE);
const context = canvas.getContext('2d');
const registered = new Map<string, string>();

/** Draws a word of the list in a face under random conditions: HEIGHT * WIDTH gray levels, 0-255. */
export function renderWord(face: Face, list: readonly string[], conditions: Conditions, random: Random): Uint8Array {
  const draw = ([low, high]: Range): number => low + (high - low) * random.uniform();
  let word = list[random.integer(list.length)]!;
  const spelling = random.uniform();
  if (spelling < conditions.capitals) word = word.toUpperCase();
  else if (spelling >= conditions.capitals + conditions.lowerCase) word = word[0]!.toUpperCase() + word.slice(1);

  let coverage = drawText(face, word, conditions, draw);
  const resolution = draw(conditions.resolution);
  if (resolution < 0.97) {
    const [h, w] = [Math.round(HEIGHT * resolution), Math.round(WIDTH * resolution)];
    coverage = resize(resize(blur(coverage, 0.4 / resolution), h, w), HEIGHT, WIDTH);
  }
  coverage = blur(coverage, draw(conditions.blur));
  return expose(coverage, conditions, random, draw);
}

/** How much of each pixel the letters cover, 0 to 1. */
function drawText(face: Face, word: string, conditions: Conditions, draw: (range: Range) => number): Plane {
  const [width, height] = [canvas.width, canvas.height];
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#000';
  context.font = `${draw(conditions.size) * SCALE}px "${fontOf(face)}"`;
  const box = context.measureText(word);
  const slant = Math.tan((face.skew * Math.PI) / 180);
  const boxHeight = box.actualBoundingBoxAscent + box.actualBoundingBoxDescent;
  const boxWidth = box.actualBoundingBoxLeft + box.actualBoundingBoxRight + slant * boxHeight;
  const fit = Math.min(1, (0.97 * width) / boxWidth, (0.94 * height) / boxHeight);
  const spareX = (width - boxWidth * fit) / 2;
  const spareY = (height - boxHeight * fit) / 2;
  context.translate(
    width / 2 + draw([-1, 1]) * Math.min(spareX, 10 * SCALE),
    height / 2 + draw([-1, 1]) * Math.min(spareY, 4 * SCALE),
  );
  context.rotate((draw(conditions.rotation) * Math.PI) / 180);
  context.transform(draw(conditions.stretch), 0, draw(conditions.shear) - slant, 1, 0, 0);
  context.scale(fit, fit);
  context.fillText(
    word,
    (box.actualBoundingBoxLeft - box.actualBoundingBoxRight) / 2,
    (box.actualBoundingBoxAscent - box.actualBoundingBoxDescent) / 2,
  );
  const rgba = context.getImageData(0, 0, width, height).data;
  return plane(HEIGHT, WIDTH, (x, y) => {
    let paper = 0;
    for (let j = 0; j < SCALE; j++)
      for (let i = 0; i < SCALE; i++) paper += rgba[4 * ((y * SCALE + j) * width + x * SCALE + i)]!;
    return 1 - paper / (SCALE * SCALE * 255);
  });
}

/** Gray levels from coverage: ink and paper, a gradient across, noise. */
function expose(coverage: Plane, conditions: Conditions, random: Random, draw: (range: Range) => number): Uint8Array {
  let ink: number;
  let paper: number;
  do [ink, paper] = [draw(conditions.ink), draw(conditions.paper)];
  while (paper - ink < conditions.leastContrast);
  if (random.uniform() < conditions.inverted) [ink, paper] = [paper, ink];
  const noise = draw(conditions.noise);
  const angle = 2 * Math.PI * random.uniform();
  const gradient = draw(conditions.gradient);
  const [gx, gy] = [Math.cos(angle) * gradient, Math.sin(angle) * gradient];
  const { data } = plane(HEIGHT, WIDTH, (x, y) => {
    const level = paper + (ink - paper) * coverage.data[y * WIDTH + x]!;
    return level + gx * (x / WIDTH - 0.5) + gy * (y / HEIGHT - 0.5) + noise * random.normal();
  });
  return Uint8Array.from(data, (value) => Math.max(0, Math.min(255, Math.round(value))));
}

/** The name under which a face's file is known to the canvas. */
function fontOf(face: Face): string {
  let alias = registered.get(face.file);
  if (!alias) {
    alias = `face ${registered.size}`;
    check(
      GlobalFonts.registerFromPath(face.file, alias),
      `${face.file} is no font the canvas can read; install it again`,
    );
    registered.set(face.file, alias);
  }
  return alias;
}
