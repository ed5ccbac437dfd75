import { existsSync } from 'node:fs';
import { OUTSIDE, REFUSED } from '../../lib/data/answer-code';
import { annotateCommand } from '../../lib/command-line';
import { withAnswers, type Dataset, type RecordedAnswers } from '../../lib/data/dataset';
import { loadDataset } from '../datasets/registry';
import { check } from '../../lib/errors';
import { readJournal } from './journal';
import { JournalAnswers, type JournalChoice } from './journal-answers';
import type { JournalLine } from './journal-line';
import { providerNames } from './providers/registry';

interface JournalOptions extends JournalChoice {
  readonly complete?: boolean;
}

/**
 * A journal's answers as those of a data set; refused ones stand as outside the list. Coarse answers are read off the fine
 * ones where only those were asked for.
 * @param complete An InputError if a pool image has no coarse answer (the default); else such images stand as outside the
 * list too, and `missing` tells how many they are.
 * @throws InputError also where no answer names a class, so that nothing is learned from a failure of the service.
 */
export async function answersFromJournal(
  file: string,
  data: Dataset,
  { complete = true, ...choice }: JournalOptions = {},
): Promise<{ answers: RecordedAnswers; missing: { coarse: number; fine?: number } }> {
  const { lines } = readJournal(file);
  const all = new JournalAnswers(lines, data);
  const coarse = await all.groups(choice);
  const isFine = lines.some(({ granularity, prompt }) => granularity !== 'coarse' && prompt === choice.prompt);
  const fine = await all.level('fine', isFine ? choice : { ...(choice.model && { model: choice.model }) });
  const command = annotateCommand(data, 'coarse', file, askedBefore(lines));
  check(coarse, `${file} holds no coarse answers; buy them: ${command}`);
  check(
    !complete || !coarse.missing,
    `${file} has no coarse answer to ${coarse.missing} of ${coarse.labels.length} pool images of ${data.name}; ` +
      `buy the rest: ${command}`,
  );
  checkNamesSome(file, coarse.labels, `${command} --again refused,outside`);
  const named = (labels: Int32Array): Int32Array => labels.map((label) => Math.max(OUTSIDE, label));
  const { annotator, confidence, probabilities } = coarse;
  return {
    answers: {
      annotator,
      coarse: named(coarse.labels),
      ...(confidence && { confidence }),
      ...(probabilities && { probabilities }),
      ...(fine && { fine: named(fine.labels) }),
      ...(fine?.outside?.some(Boolean) && { fineOutside: fine.outside }),
      ...(fine?.ranked && { fineRanked: fine.ranked }),
      ...(fine?.probabilities && { fineProbabilities: fine.probabilities }),
    },
    missing: { coarse: coarse.missing, ...(fine && { fine: fine.missing }) },
  };
}

function checkNamesSome(file: string, labels: Int32Array, again: string): void {
  const count = (code: number): number => labels.filter((label) => label === code).length;
  check(
    labels.some((label) => label >= 0),
    () =>
      `${file} names no class for any pool image (${count(REFUSED)} answers refused, ${count(OUTSIDE)} outside the list): ` +
      `there is nothing to learn from it; ask again: ${again}`,
  );
}

/** The annotator of the last line as it was named, as far as lines tell; none for published answers, which were imported. */
function askedBefore(lines: readonly JournalLine[]): readonly string[] | undefined {
  const { annotator, model } = lines.at(-1) ?? {};
  if (!annotator || !model || !providerNames.includes(annotator)) return undefined;
  const [, percent] = /^simulated annotator \(right ([\d.]+) %/.exec(model) ?? [];
  return [annotator, ...(percent ? ['--accuracy', `${Number(percent) / 100}`] : ['--model', model])];
}

/** "typefaces@answers.jsonl": a data set's name and a journal. */
const withJournal = /^(.+)@([^@]+\.jsonl)$/;

/**
 * A data set by name; NAME@FILE.jsonl is the data set with a journal's answers in place of its own, so that experiments,
 * grids and their workers can use a real annotator's.
 * @throws InputError for an unknown name, a file that is no journal, or one that does not answer all pool images.
 * @example
 * const data = await loadAnnotated('typefaces@answers.jsonl');
 */
export async function loadAnnotated(reference: string): Promise<Dataset> {
  const [, name, journal] = withJournal.exec(reference) ?? [];
  if (name === undefined || journal === undefined) return loadDataset(reference);
  const data = await loadDataset(name);
  const lies = existsSync(journal);
  check(
    lies,
    `Cannot read the journal ${journal}: there is none; make it: ${annotateCommand(data, 'coarse', journal)}`,
  );
  return withAnswers(data, (await answersFromJournal(journal, data)).answers);
}
