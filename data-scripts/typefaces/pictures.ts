import type { Images } from '../../lib/data/dataset';
import { packNibbles, unpackNibbles } from '../../inputs/datasets/nibbles';
import type { Random } from '../../lib/random';
import type { Face } from './fonts';
import { HEIGHT, renderWord, WIDTH, type Conditions } from './render';

/** One picture to draw: a face, and what it is drawn under. */
export interface Order {
  readonly face: Face;
  readonly conditions: Conditions;
  /** The stream that decides word and conditions. */
  readonly random: Random;
}

/** Draws pictures of the list's words, at the 16 gray levels that are kept. */
export function drawPictures(orders: readonly Order[], list: readonly string[]): Images {
  const pixels = new Uint8Array(orders.length * HEIGHT * WIDTH);
  orders.forEach(({ face, conditions, random }, i) =>
    pixels.set(renderWord(face, list, conditions, random), i * HEIGHT * WIDTH),
  );
  return {
    count: orders.length,
    height: HEIGHT,
    width: WIDTH,
    channels: 1,
    pixels: unpackNibbles(packNibbles(pixels)),
  };
}

/** How many pictures of each class the splits hold. */
export const perClass = { pool: 55, test: 25 } as const;

/**
 * What a split shows: `perClass[split]` pictures of each face in a random order, so that an image's place says nothing
 * of its class. `labels[i]` is the face of picture i.
 */
export function planSplit(
  split: 'pool' | 'test',
  faces: readonly Face[],
  conditions: Conditions,
  random: Random,
): { labels: Int32Array; orders: Order[] } {
  const order = random.stream(split, 'order').permutation(faces.length * perClass[split]);
  const labels = order.map((n) => n % faces.length);
  const orders = Array.from(order, (n, i) => ({
    face: faces[labels[i]!]!,
    conditions,
    random: random.stream(split, 'picture', n),
  }));
  return { labels, orders };
}
