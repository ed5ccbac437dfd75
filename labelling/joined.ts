import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { listImages, passedOver, type Listing } from '../inputs/datasets/image-folder/list';
import { reportedUnreadable } from '../inputs/datasets/unreadable';
import type { PassedOver } from '../lib/data/dataset';
import { overPictures } from '../lib/data/over-pictures';
import { check, toStderr } from '../lib/errors';
import { featureFile } from './described';
import { eventFile, openEvents, readEvents, type JoinedEvent, type LabelEvent } from './events';
import { datasetOf, withJoined, writeProject, type ProjectSetup } from './project-file';

/** What lies in a project's folder now and did not, and the other way round. */
export interface Difference {
  /** Images that are not the project's; those that are reported as unreadable left out. */
  readonly fresh: readonly string[];
  /** The project's images whose files are gone. */
  readonly missing: readonly string[];
  /** What is neither an image nor a table of the project's, and so not used. */
  readonly unused: readonly PassedOver[];
}

/** A folder that is gone altogether has lost all its images. */
export function differenceOf({ folder, images }: ProjectSetup): Difference {
  const listing: Listing = existsSync(folder) ? listImages(folder) : { images: [], others: new Map() };
  const { images: there } = listing;
  const left = new Set([...images, ...reportedUnreadable(folder)]);
  const found = new Set(there);
  return {
    fresh: there.filter((image) => !left.has(image)),
    missing: images.filter((image) => !found.has(image)),
    unused: passedOver(listing).filter(({ kind }) => !/^\.(csv|json)$/.test(kind)),
  };
}

/**
 * Takes new images of the folder into the project, behind the others, for good, and says so. One that cannot be read (it may still
 * be on its way into the folder) has to wait until the project is opened again.
 */
export async function joinImages(setup: ProjectSetup, out: string, say = toStderr): Promise<ProjectSetup> {
  const { fresh, missing } = differenceOf(setup);
  if (missing.length && isUntouched(out)) return withoutMissing(setup, missing, out);
  if (!fresh.length) return setup;
  const { pool } = datasetOf({ ...setup, images: fresh });
  const outcomes = await overPictures(pool, (picture) => picture.stats());
  const images = fresh.filter((_, i) => !(outcomes[i] instanceof Error));
  const unreadable = fresh.filter((_, i) => outcomes[i] instanceof Error);
  if (unreadable.length) say(`${few(unreadable)}: new, but cannot be read; left out this time`);
  if (!images.length) return setup;
  say(`${few(images)}: new in the folder, and now in the project`);
  const file = openEvents<JoinedEvent>(out, 'images');
  file.add({ event: 'joined', at: new Date().toISOString(), images });
  file.close();
  return withJoined(setup, { images });
}

/** Nothing was described or said yet. */
const isUntouched = (out: string): boolean =>
  !existsSync(path.join(out, featureFile())) && !readEvents<LabelEvent>(out, 'labels').length;

/** As if it had been begun without them: images that could not be described (their files were no pictures) may go. */
function withoutMissing(setup: ProjectSetup, missing: readonly string[], out: string): ProjectSetup {
  const images = setup.images.filter((image) => !missing.includes(image));
  check(images.length, `${setup.folder} has lost all its images`);
  const known = Object.fromEntries(Object.entries(setup.known).filter(([image]) => !missing.includes(image)));
  rmSync(path.join(out, eventFile('images')), { force: true });
  return writeProject(out, { ...setup, images, known });
}

/** "12 images (a.jpg, b.jpg, c.jpg, …)". */
export const few = (images: readonly string[]): string =>
  `${images.length} image${images.length > 1 ? 's' : ''} (${images.slice(0, 3).join(', ')}${images.length > 3 ? ', …' : ''})`;
