import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { sizeOf, withPicture } from '../lib/data/pictures';
import { check } from '../lib/errors';
import { replaceFile } from '../lib/files';
import type { Project } from './project';

/** COCO's JSON, or folders GROUP/CLASS/IMAGE as `image-folder:` reads them. */
export const imageFormats = ['coco', 'folder'] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** Writes the labelled images that are still there; returns what was written in words. */
export async function exportImages(project: Project, folder: string, format: ImageFormat): Promise<string> {
  const labelled = project.images.flatMap((image, index) => {
    const label = project.labelOf(image);
    const file = path.join(project.setup.folder, image);
    return label === undefined || !existsSync(file) ? [] : [{ image, index, file, label }];
  });
  return format === 'coco' ? coco(project, labelled, folder) : folders(project, labelled, folder);
}

interface LabelledImage {
  readonly image: string;
  readonly index: number;
  readonly file: string;
  readonly label: string;
}

/** One annotation an image, the whole of it; categories are the fine classes, their groups the supercategories. */
async function coco(project: Project, labelled: readonly LabelledImage[], folder: string): Promise<string> {
  const category = new Map(project.classes.map(({ fine }, k) => [fine, k + 1]));
  const images = [];
  const annotations = [];
  for (const { image, index, label } of labelled) {
    const { height, width } = await withPicture(project.data.pool, index, (picture) => sizeOf(picture));
    images.push({ id: index + 1, file_name: image, width, height });
    const whole = { bbox: [0, 0, width, height], area: width * height, segmentation: [], iscrowd: 0 };
    annotations.push({ id: annotations.length + 1, image_id: index + 1, category_id: category.get(label)!, ...whole });
  }
  const categories = project.classes.map(({ fine, coarse }, k) => ({ id: k + 1, name: fine, supercategory: coarse }));
  const file = path.join(folder, 'coco.json');
  replaceFile(file, `${JSON.stringify({ images, annotations, categories })}\n`);
  return `${file}: ${images.length} images in COCO's format`;
}

/**
 * Copies, named after their paths, so that no two are one, on any file system.
 * @throws InputError, and nothing is copied, where copies of an earlier export lie: their labels may have changed.
 */
async function folders(project: Project, labelled: readonly LabelledImage[], folder: string): Promise<string> {
  const root = path.join(folder, 'images');
  check(
    !existsSync(root) || !readdirSync(root).length,
    `${root} holds an earlier export, whose labels may have changed; remove it, or export into another folder`,
  );
  const groupOf = new Map(project.classes.map(({ fine, coarse }) => [fine, coarse]));
  const groups = distinct(groupOf.values(), plain);
  const classes = distinct(groupOf.keys(), plain);
  const names = distinct(project.images, (image) => short(image.replaceAll('/', '__'), -LONGEST));
  for (const { image, file, label } of labelled) {
    const place = path.join(root, groups.get(groupOf.get(label)!)!, classes.get(label)!);
    mkdirSync(place, { recursive: true });
    copyFileSync(file, path.join(place, names.get(image)!));
  }
  return `${root}: ${labelled.length} images, GROUP/CLASS/IMAGE; use them as image-folder:${root}`;
}

/** Characters of a name that any file system takes, whatever they are. */
const LONGEST = 60;

/** A name of more bytes than file systems take is cut to its first `length` characters, or, below 0, its last. */
const short = (name: string, length: number): string =>
  Buffer.byteLength(name) <= 4 * LONGEST ? name : [...name].slice(...(length < 0 ? [length] : [0, length])).join('');

/** A class's name as a folder may be called, on Windows too. */
export const plain = (name: string): string =>
  short(name.replace(/[\p{Cc}/\\:*?"<>|]/gu, '-'), LONGEST)
    .replace(/^\.+|[. ]+$/g, '')
    .replace(/^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i, '_$1') || '_';

/** A file name for each thing; what would be called as one before it, but for case, has a number in front. */
export function distinct(things: Iterable<string>, named: (thing: string) => string): Map<string, string> {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const thing of new Set(things)) {
    let name = named(thing);
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${n}-${named(thing)}`;
    taken.add(name.toLowerCase());
    names.set(thing, name);
  }
  return names;
}
