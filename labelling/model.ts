import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Dataset } from '../lib/data/dataset';
import { listImages } from '../inputs/datasets/image-folder/list';
import { matrix, row, type Matrix } from '../lib/engine/matrix';
import { check } from '../lib/errors';
import { features } from '../inputs/features/store';
import { Learning } from './learning';
import { largest } from './numbers';
import { datasetOf, readProject, type ProjectSetup } from './project-file';

/** All that a model follows from: images and classes, what was told, and the images' numbers. */
const files = ['project.json', 'session.jsonl', 'features.npy'];

/** Copies a project's model into a folder of its own, for {@link loadModel}. */
export function saveModel(project: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of files) copyFileSync(path.join(project, name), path.join(folder, name));
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
      const { paths, rows } = await describedAlike(setup, data, images);
      const fine = await predict(rows);
      return paths.map((image, i) => {
        const k = largest(row(fine, i));
        return { image, label: data.hierarchy.fine[k]!, probability: row(fine, i)[k]! };
      });
    },
    close: () => session.close(),
  };
}

/** Features of other images as the project's were computed; a description that is fitted to images is fitted to the project's. */
async function describedAlike({ settings, cropBottom }: ProjectSetup, data: Dataset, folder: string) {
  const { images: paths } = listImages(path.resolve(folder));
  check(paths.length, `${folder} has no images`);
  const files = { folder: path.resolve(folder), paths, ...(cropBottom && { cropBottom }) };
  const others = { ...data, name: `${data.name}-and-others`, test: { fine: new Int32Array(paths.length), files } };
  const { test } = await features(others, { extractor: settings.extractor });
  return { paths, rows: matrix(test.rows, test.columns, test.data) };
}
