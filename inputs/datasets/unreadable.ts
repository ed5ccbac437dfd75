import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Sharp } from 'sharp';
import type { Dataset, PassedOver } from '../../lib/data/dataset';
import { cannotWrite, replaceFile } from '../../lib/files';
import { readText } from '../../lib/text-file';
import { linesOf } from './list-file';
import { overPictures, type OnImage } from '../../lib/data/over-pictures';

/** The report's name in a data set's folder: a path and a reason a line, a tab between; lines with # are comments. */
export const unreadableReport = 'unreadable.txt';

/** The paths that a data set's report names; none where there is no report. */
export function reportedUnreadable(folder: string): Set<string> {
  const file = path.join(folder, unreadableReport);
  if (!existsSync(file)) return new Set();
  const lines = linesOf(readText(file)).filter((line) => !line.startsWith('#'));
  return new Set(lines.map((line) => line.split('\t')[0]!));
}

/** What a check found. */
export interface CheckOutcome {
  /** Images decoded, or tried. */
  readonly images: number;
  /** Lines of the report: path and reason. */
  readonly unreadable: readonly string[];
  /** Images that can be read and are to be looked at, by kind. */
  readonly doubtful: readonly PassedOver[];
  /** The report, where there is something to report. */
  readonly report?: string;
}

/**
 * Decodes every image of a data set completely and writes the report of those that cannot be, so that its loader leaves
 * them out from now on. Without faults there is no report; an older one goes.
 * @param load Loads the data set; called again after an older report is gone, so that mended images come back.
 * @throws InputError where the report cannot be written.
 */
export async function checkImages(load: () => Promise<Dataset>, onImage?: OnImage): Promise<CheckOutcome> {
  const folder = (await load()).pool.files?.folder;
  if (folder === undefined) return { images: 0, unreadable: [], doubtful: [] };
  const report = path.join(folder, unreadableReport);
  try {
    rmSync(report, { force: true });
  } catch (error) {
    throw cannotWrite(report, error);
  }
  const { pool, test } = await load();
  const files = { folder, paths: [...pool.files!.paths, ...test.files!.paths] };
  const split = { fine: new Int32Array(files.paths.length), files };
  const outcomes = await overPictures(split, doubtsOf, onImage);
  const unreadable = outcomes.flatMap((outcome, i) =>
    outcome instanceof Error ? [`${files.paths[i]}\t${outcome.message}`] : [],
  );
  const doubts = outcomes.map((outcome) => (outcome instanceof Error ? [] : outcome));
  const doubtful = [SEVERAL, FLAT].flatMap((kind) => {
    const paths = files.paths.filter((_, i) => doubts[i]!.includes(kind));
    return paths.length ? [{ kind, count: paths.length, example: paths[0]! }] : [];
  });
  if (!unreadable.length) return { images: files.paths.length, unreadable, doubtful };
  const heading = `# ${unreadable.length} of ${files.paths.length} images cannot be read and are left out; delete this file to have them back`;
  replaceFile(report, `${[heading, ...unreadable].join('\n')}\n`);
  return { images: files.paths.length, unreadable, doubtful, report };
}

const SEVERAL = 'file of several pages or frames, the first of which is used';
const FLAT = 'picture of hardly more than one colour';
/** Of 255: what is left of 12 bits in a file of 16. */
const SMALLEST_RANGE = 16;

/** Decodes a picture. @returns what there is to be said of it. */
async function doubtsOf(picture: Sharp): Promise<string[]> {
  const { pages = 1 } = await picture.metadata();
  const { data, info } = await picture.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const flat = Array.from({ length: info.channels }, (_, channel) => {
    let [least, most] = [255, 0];
    for (let p = channel; p < data.length; p += info.channels)
      [least, most] = [Math.min(least, data[p]!), Math.max(most, data[p]!)];
    return most - least < SMALLEST_RANGE;
  });
  return [...(pages > 1 ? [SEVERAL] : []), ...(flat.every(Boolean) ? [FLAT] : [])];
}
