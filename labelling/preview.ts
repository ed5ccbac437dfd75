import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AnnotatorPreview } from '../inputs/annotators/choices';
import { annotatorOf, countAnswered } from './answers';
import { Learning, type Progress } from './learning';
import { datasetOf, isJournal, projectFolder, readProject, type ProjectSetup } from './project-file';
import type { OpenOptions } from './project-options';
import { openSetup } from './setup';
import { statusOf } from './status';

/** What a project would do. */
export interface Preview {
  readonly setup: ProjectSetup;
  /** What the annotator would be asked; absent without one that is asked. */
  readonly annotator?: AnnotatorPreview;
  /** Where the annotator is a journal: the images that it holds answers to. */
  readonly answered?: number;
  /** The images that a human would be asked about first; of a project that was begun, what is open. */
  readonly images: readonly string[];
}

/** A look at a project before it begins: nobody is asked, nothing is paid, and nothing is written but the images' features to the cache. */
export async function previewOf(options: OpenOptions, progress: Progress = () => {}): Promise<Preview> {
  const out = projectFolder(options);
  if (existsSync(path.join(out, 'project.json'))) {
    const { batch } = await statusOf(out);
    return withAnnotator(
      readProject(out),
      batch.flatMap(({ image, isOpen }) => (isOpen ? [image] : [])),
    );
  }
  const scratch = mkdtempSync(path.join(tmpdir(), 'label-'));
  try {
    const setup = await openSetup({ ...options, out: scratch });
    const data = datasetOf(setup);
    const { session } = await Learning.open(setup, data, scratch, progress);
    const { batch, prices } = setup.settings;
    const { open } = await session.ask({ budget: Math.min(batch * prices.full, options.budget ?? Infinity) });
    session.close();
    return await withAnnotator(
      setup,
      open.map(({ image }) => setup.images[image]!),
    );
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function withAnnotator(setup: ProjectSetup, images: readonly string[]): Promise<Preview> {
  const { annotator, question } = setup.settings;
  if (annotator === null) return { setup, images };
  const data = datasetOf(setup);
  if (isJournal(annotator)) return { setup, images, answered: await countAnswered(annotator, data) };
  const seen = await annotatorOf(annotator).preview?.(data, question);
  return { setup, images, ...(seen && { annotator: seen }) };
}
