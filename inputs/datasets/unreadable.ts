import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Dataset } from '../../lib/data/dataset';
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
  if (folder === undefined) return { images: 0, unreadable: [] };
  const report = path.join(folder, unreadableReport);
  try {
    rmSync(report, { force: true });
  } catch (error) {
    throw cannotWrite(report, error);
  }
  const { pool, test } = await load();
  const files = { folder, paths: [...pool.files!.paths, ...test.files!.paths] };
  const outcomes = await overPictures(
    { fine: new Int32Array(files.paths.length), files },
    (picture) =>
      picture
        .toColourspace('srgb')
        .raw()
        .toBuffer()
        .then(() => undefined),
    onImage,
  );
  const unreadable = outcomes.flatMap((outcome, i) =>
    outcome instanceof Error ? [`${files.paths[i]}\t${outcome.message}`] : [],
  );
  if (!unreadable.length) return { images: files.paths.length, unreadable };
  const heading = `# ${unreadable.length} of ${files.paths.length} images cannot be read and are left out; delete this file to have them back`;
  replaceFile(report, `${[heading, ...unreadable].join('\n')}\n`);
  return { images: files.paths.length, unreadable, report };
}
