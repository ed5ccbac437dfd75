import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Question } from '../inputs/annotators/choices';
import { npmRun } from '../lib/command-line';
import type { Dataset } from '../lib/data/dataset';
import { createHierarchy } from '../lib/data/hierarchy';
import { isRecord, parseJson } from '../inputs/datasets/image-folder/settings';
import { check } from '../lib/errors';
import { repositoryRoot } from '../lib/root';
import type { Prices } from '../lib/rounds/setup';
import { replaceFile } from '../lib/files';
import { readText } from '../lib/text-file';
import { readEvents, type JoinedEvent } from './events';

/** How a project is labelled; fixed when it is begun. What is left out later stays as it was. */
export interface ProjectOptions {
  /** A folder of images at any depth; relative to the repository, or absolute. */
  readonly folder: string;
  /** A file with a line "fine,coarse" for each class. Default: `hierarchy.csv` in the folder. */
  readonly classes?: string;
  /** Default: `typiclust`; with an annotator `weak-annotator-plus`. */
  readonly strategy?: string;
  /** Default: the strategy's own, else `mixture`. */
  readonly learner?: string;
  /** Who gives weak labels and hints: `gemini`, `clip`, ..., or a journal of answers, FILE.jsonl. Default: nobody. */
  readonly annotator?: string;
  /** What the annotator is asked. Default: the strategy's own question (`both` for `weak-annotator-plus`), else `fine`. */
  readonly question?: Question;
  /** What describes the images. Default: `fisher`. */
  readonly extractor?: string;
  readonly prices?: Partial<Prices>;
  /** Labels of a human in a batch: 20. */
  readonly batch?: number;
  readonly seed?: number;
  /** Where all is kept. Default: the folder's name with `.labels` behind it, beside the folder. */
  readonly out?: string;
}

/** Every setting with its default filled in. */
export type Fixed = Required<Omit<ProjectOptions, 'folder' | 'classes' | 'out' | 'annotator' | 'prices'>> & {
  readonly annotator: string | null;
  readonly prices: Prices;
};

/** What a project is about: `project.json`, written once when it is begun, and the images that joined since. */
export interface ProjectSetup {
  readonly settings: Fixed;
  readonly folder: string;
  readonly name: string;
  readonly title: string;
  readonly cropBottom: number;
  readonly classes: readonly (readonly [fine: string, coarse: string])[];
  /** What the hierarchy says of classes. */
  readonly descriptions?: Readonly<Record<string, string>>;
  /** Paths below the folder; those that came later stand behind the others. */
  readonly images: readonly string[];
  /** How many images there were at the beginning, and after each time that others joined them. */
  readonly sizes: readonly number[];
  /** Labels that were known before, path -> fine class. */
  readonly known: Readonly<Record<string, string>>;
}

/** Where a project lies. */
export function projectFolder({ folder, out }: Pick<ProjectOptions, 'folder' | 'out'>): string {
  return out === undefined ? `${path.resolve(repositoryRoot, folder)}.labels` : path.resolve(repositoryRoot, out);
}

/** The setup of a project that was begun. @throws InputError where none was. */
export function readProject(out: string): ProjectSetup {
  const file = path.join(out, 'project.json');
  check(
    existsSync(file),
    `${out} holds no labelling project: is the folder's name right? To begin one: ${npmRun('label', out.endsWith('.labels') ? out.slice(0, -'.labels'.length) : 'FOLDER')}`,
  );
  const begun = parseJson(readText(file), file) as ProjectFile;
  check(
    isRecord(begun) && isRecord(begun.settings) && Array.isArray(begun.images) && Array.isArray(begun.classes),
    `${file} is no project's: settings, images and classes were expected in it; restore the file`,
  );
  return readEvents<JoinedEvent>(out, 'images').reduce(withJoined, { ...begun, sizes: [begun.images.length] });
}

/** Writes the setup of a project that begins. */
export function writeProject(out: string, begun: ProjectFile): ProjectSetup {
  replaceFile(path.join(out, 'project.json'), `${JSON.stringify({ ...begun, sizes: undefined })}\n`);
  return { ...begun, sizes: [begun.images.length] };
}

/** What the file holds: a setup as it was when the project was begun. */
type ProjectFile = Omit<ProjectSetup, 'sizes'>;

/** The setup with more images. */
export function withJoined(setup: ProjectSetup, { images }: Pick<JoinedEvent, 'images'>): ProjectSetup {
  const all = [...setup.images, ...images];
  return { ...setup, images: all, sizes: [...setup.sizes, all.length] };
}

/** The images and classes that a project was begun with, as they were then, whatever became of the files. */
export function datasetOf({
  folder,
  name,
  title,
  cropBottom,
  classes,
  images,
  known,
  ...setup
}: ProjectSetup): Dataset {
  const descriptions = new Map(Object.entries(setup.descriptions ?? {}));
  const hierarchy = { ...createHierarchy(classes), ...(descriptions.size && { descriptions }) };
  const index = new Map(hierarchy.fine.map((fine, k) => [fine, k]));
  const reference = `unlabelled-folder:${folder}`;
  const files = (paths: readonly string[]) => ({ folder, paths, reference, ...(cropBottom && { cropBottom }) });
  return {
    name,
    title,
    hierarchy,
    pool: {
      fine: Int32Array.from(images, (image) => (Object.hasOwn(known, image) ? index.get(known[image]!)! : -1)),
      files: files(images),
    },
    test: { fine: new Int32Array(0), files: files([]) },
  };
}

/** A file of answers that were bought beforehand. */
export const isJournal = (annotator: string): boolean => annotator.endsWith('.jsonl');
