import { existsSync } from 'node:fs';
import path from 'node:path';
import { annotatorChoices, type Question } from '../lib/annotators/choices';
import type { Dataset } from '../lib/datasets/dataset';
import { createHierarchy } from '../lib/datasets/hierarchy';
import { parseJson } from '../lib/datasets/image-folder/settings';
import { unlabelledFolder } from '../lib/datasets/unlabelled-folder';
import { check } from '../lib/errors';
import { replaceFile } from '../lib/files';
import { repositoryRoot } from '../lib/root';
import { differences } from '../lib/rounds/settings';
import { defaultPrices, type Prices } from '../lib/rounds/setup';
import { chooseStrategy } from '../lib/strategies/registry';
import { readText } from '../lib/text-file';

/** How a project is labelled; fixed when it is begun. What is left out later stays as it was. */
export interface ProjectOptions {
  /** A folder of images at any depth; relative to the repository, or absolute. */
  readonly folder: string;
  /** A file with a line "fine,coarse" for each class. Default: `hierarchy.csv` in the folder. */
  readonly classes?: string;
  /** Default: `typiclust`, or `weak-annotator` where there is an annotator. */
  readonly strategy?: string;
  /** Default: `mixture`. */
  readonly learner?: string;
  /** Who gives weak labels and hints: `gemini`, `clip`, ..., or a journal of answers, FILE.jsonl. Default: nobody. */
  readonly annotator?: string;
  /** What the annotator is asked. Default: `fine`. */
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

type Fixed = Required<Omit<ProjectOptions, 'folder' | 'classes' | 'out' | 'annotator' | 'prices'>> & {
  readonly annotator: string | null;
  readonly prices: Prices;
};

/** What `project.json` holds: written once, when a project is begun. */
export interface ProjectSetup {
  readonly settings: Fixed;
  readonly folder: string;
  readonly name: string;
  readonly title: string;
  readonly cropBottom: number;
  readonly classes: readonly (readonly [fine: string, coarse: string])[];
  /** Paths below the folder; a label that `labels.csv` gave beforehand behind it. */
  readonly images: readonly string[];
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
  check(existsSync(file), `${out} holds no labelling project; begin one: npm run label -- FOLDER --classes FILE.csv`);
  return parseJson(readText(file), file) as ProjectSetup;
}

/**
 * The setup of a project, begun if need be.
 * @throws InputError for settings other than those that it was begun with, saying which; for a folder without images or classes.
 */
export async function openSetup(options: ProjectOptions): Promise<ProjectSetup> {
  const out = projectFolder(options);
  if (existsSync(path.join(out, 'project.json'))) return unchanged(readProject(out), options, out);
  const { folder, classes } = options;
  const settings = completed(options);
  checkChoices(settings);
  const root = path.resolve(repositoryRoot, folder);
  const data = await unlabelledFolder(root, classes === undefined ? {} : { classes: path.relative(root, classes) });
  const { hierarchy, pool } = data;
  const paths = pool.files!.paths;
  const known = paths.flatMap((name, i) =>
    pool.fine[i]! < 0 ? [] : [[name, hierarchy.fine[pool.fine[i]!]!] as const],
  );
  const setup: ProjectSetup = {
    settings,
    ...{ folder: root, name: data.name, title: data.title, cropBottom: pool.files!.cropBottom ?? 0 },
    classes: hierarchy.fine.map((fine, k) => [fine, hierarchy.coarse[hierarchy.groupOf[k]!]!] as const),
    images: paths,
    known: Object.fromEntries(known),
  };
  replaceFile(path.join(out, 'project.json'), `${JSON.stringify(setup)}\n`);
  return setup;
}

/** The images and classes that a project was begun with, as they were then, whatever became of the files. */
export function datasetOf({ folder, name, title, cropBottom, classes, images, known }: ProjectSetup): Dataset {
  const hierarchy = createHierarchy(classes);
  const index = new Map(hierarchy.fine.map((fine, k) => [fine, k]));
  const files = (paths: readonly string[]) => ({ folder, paths, ...(cropBottom && { cropBottom }) });
  return {
    ...{ name, title, hierarchy },
    pool: {
      fine: Int32Array.from(images, (image) => (Object.hasOwn(known, image) ? index.get(known[image]!)! : -1)),
      files: files(images),
    },
    test: { fine: new Int32Array(0), files: files([]) },
  };
}

function completed(options: ProjectOptions): Fixed {
  const { annotator = null, batch = 20, seed = 0, extractor = 'fisher', learner = 'mixture' } = options;
  const { strategy = annotator === null ? 'typiclust' : 'weak-annotator', question = 'fine', prices } = options;
  check(Number.isInteger(batch) && batch > 0, `Unexpected batch: ${batch}; expected a positive number of labels`);
  return {
    ...{ strategy, learner, annotator, question, extractor, batch, seed },
    prices: { ...defaultPrices, ...prices },
  };
}

function checkChoices({ strategy, annotator }: Fixed): void {
  const { name, weakLabels, matches } = chooseStrategy(strategy).value;
  check(
    weakLabels !== 'human',
    `Strategy "${name}" asks a human for groups, which labelling does not; take another one, e.g. typiclust`,
  );
  check(matches === undefined, `Strategy "${name}" repeats another run's purchases; take one that chooses by itself`);
  check(
    weakLabels !== 'annotator' || annotator !== null,
    `Strategy "${name}" buys an annotator's answers; give --annotator, or a strategy without, e.g. typiclust`,
  );
  if (annotator !== null && !isJournal(annotator)) {
    const { name: who } = annotatorChoices.load(annotator).value;
    check(!/^(simulated|recorded)\b/.test(who), `Annotator "${who}" needs true labels; give a real one, or FILE.jsonl`);
  }
}

/** A file of answers that were bought beforehand. */
export const isJournal = (annotator: string): boolean => annotator.endsWith('.jsonl');

function unchanged(setup: ProjectSetup, given: ProjectOptions, out: string): ProjectSetup {
  const { settings } = setup;
  const { prices, ...others } = given;
  const wanted = Object.fromEntries(
    Object.keys(settings).flatMap((key) => (key in others && key !== 'prices' ? [[key, others[key as 'seed']]] : [])),
  );
  const differing = differences(settings, { ...settings, ...wanted, prices: { ...settings.prices, ...prices } });
  check(
    !differing.length,
    () =>
      `${out} was begun with other settings:\n  ${differing.join('\n  ')}\nLeave them out to go on there, or give another --out`,
  );
  return setup;
}
