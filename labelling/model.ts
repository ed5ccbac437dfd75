import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { listImages } from '../inputs/datasets/image-folder/list';
import { row, type Matrix } from '../lib/engine/matrix';
import { check } from '../lib/errors';
import { describedAlike, featureFile } from './described';
import { Learning } from './learning';
import { largest } from './numbers';
import { datasetOf, readProject } from './project-file';

/** All that a model follows from: images and classes, what was told, and the images' numbers. */
const files = ['project.json', 'session.jsonl', featureFile()];

/** The same of images that joined later. */
const laterFiles = (project: string): string[] => {
  const { sizes } = readProject(project);
  return sizes.length > 1 ? ['images.jsonl', ...sizes.slice(0, -1).map(featureFile)] : [];
};

/** Copies a project's model into a folder of its own, for {@link loadModel}. */
export function saveModel(project: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of [...files, ...laterFiles(project)])
    copyFileSync(path.join(project, name), path.join(folder, name));
}

/** A model that was exported. */
export interface LoadedModel {
  /** Fine classes: the columns of probabilities. */
  readonly classes: readonly string[];
  /** [n, K] probabilities of images by their features [n, D]. */
  predict(features: Matrix): Promise<Matrix>;
  /** The likeliest class of every image of a folder, and its probability; described as the project's images were. */
  classify(folder: string): Promise<{ readonly image: string; readonly label: string; readonly probability: number }[]>;
  close(): void;
}

/**
 * The model that `npm run label -- FOLDER --export DIR` leaves in DIR/model: fitted again from the labels, to the same numbers.
 * @example
 * const model = await loadModel('export/model');
 * const found = await model.classify('new-photos');
 * @throws InputError for a folder that holds none, or one without a label.
 */
export async function loadModel(folder: string): Promise<LoadedModel> {
  for (const name of files)
    check(existsSync(path.join(folder, name)), `${folder} holds no model: ${name} is missing; export one again`);
  const setup = readProject(folder);
  const data = datasetOf(setup);
  const { session } = await Learning.open(setup, data, folder, () => {});
  const predict = async (rows: Matrix): Promise<Matrix> => (await session.predictRows(rows)).fine;
  return {
    classes: data.hierarchy.fine,
    predict,
    async classify(images) {
      check(existsSync(images), `${images} is missing; expected a folder of images`);
      const { images: paths } = listImages(path.resolve(images));
      check(paths.length, `${images} has no images`);
      const fine = await predict(await describedAlike(setup, path.resolve(images), paths));
      return paths.map((image, i) => {
        const k = largest(row(fine, i));
        return { image, label: data.hierarchy.fine[k]!, probability: row(fine, i)[k]! };
      });
    },
    close: () => session.close(),
  };
}
