import { existsSync } from 'node:fs';
import path from 'node:path';
import { annotateCommand } from '../../lib/command-line';
import type { Dataset } from '../../lib/data/dataset';
import { datasets, loadDataset } from '../datasets/registry';
import { check, InputError } from '../../lib/errors';
import { repositoryRoot } from '../../lib/root';
import type { Level } from './provider';
import { JournalAnswers } from './journal-answers';
import { granularityStudy, recordedLevel, type GranularityStudy } from './granularity';
import { readJournal } from './journal';

/** Where notebooks look for a data set's journal: data/answers/NAME.jsonl. */
export const journalOf = (name: string): string =>
  path.join(repositoryRoot, 'data', 'answers', `${name.replace(/[^\w-]+/g, '_')}.jsonl`);

/**
 * The granularity study of a data set: of a journal's answers where there is one (by default {@link journalOf}), else of those
 * that are recorded with it.
 * @throws InputError where there are no coarse answers.
 */
export async function granularityStudyOf(data: Dataset, journal = journalOf(data.name)): Promise<GranularityStudy> {
  const own = existsSync(journal) ? new JournalAnswers(readJournal(journal).lines, data) : undefined;
  const recorded = (level: Level) => data.answers && recordedLevel(data.answers, level);
  const coarse = own ? await own.groups() : recorded('coarse');
  const fine = own ? await own.level('fine') : recorded('fine');
  check(coarse, `${data.name} has no coarse answers; buy some: ${annotateCommand(data, 'coarse', journal)}`);
  return granularityStudy(data, coarse, fine);
}

/**
 * Every data set that is there with images and answers, `first` before the others, and its study.
 * @example
 * const [first] = await presentStudies('typefaces');
 * console.table(granularityRows(first!.study)); // how often right: classes, groups, groups by way of classes
 */
export async function presentStudies(first: string): Promise<{ data: Dataset; study: GranularityStudy }[]> {
  const found: { data: Dataset; study: GranularityStudy }[] = [];
  for (const name of new Set([first, ...Object.keys(datasets)])) {
    try {
      const data = await loadDataset(name);
      if (name === first || data.pool.images || data.pool.files)
        found.push({ data, study: await granularityStudyOf(data) });
    } catch (error) {
      if (name === first || !(error instanceof InputError)) throw error; // the others: not downloaded, or not annotated
    }
  }
  return found;
}
