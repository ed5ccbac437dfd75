import { MISSING, REFUSED } from '../lib/data/answer-code';
import { annotatorChoices, type Annotator } from '../inputs/annotators/choices';
import { readJournal } from '../inputs/annotators/journal';
import type { JournalLine } from '../inputs/annotators/journal-line';
import { JournalAnswers } from '../inputs/annotators/journal-answers';
import type { LevelAnswers } from '../inputs/annotators/level-answers';
import { annotateCommand } from '../lib/command-line';
import type { Dataset } from '../lib/data/dataset';
import { check } from '../lib/errors';
import { isJournal } from './project-file';

/** Who answers in a project: a named annotator, or the answers that a journal holds already. */
export function annotatorOf(choice: string): Annotator {
  return isJournal(choice) ? fromJournal(choice) : annotatorChoices.load(choice).value;
}

/** Answers bought beforehand; of an image that was not asked about nothing is said. */
function fromJournal(file: string): Annotator {
  let lines: readonly JournalLine[] | undefined;
  return {
    name: file,
    async answer({ data, images, question }) {
      lines ??= readJournal(file).lines;
      const answers = new JournalAnswers(lines, data, images);
      const coarse = await answers.groups();
      check(coarse, `${file} holds no answers; buy some: ${annotateCommand(data, 'coarse', file)}`);
      const of = ({ labels }: LevelAnswers): Int32Array =>
        Int32Array.from(images, (i) => (labels[i] === MISSING ? REFUSED : labels[i]!));
      if (question === 'coarse') return { coarse: of(coarse) };
      const fine = await answers.level('fine');
      check(fine, `${file} holds no fine answers; give --question coarse`);
      return { coarse: of(coarse), fine: of(fine), outside: Array.from(images, (i) => fine.outside?.[i] ?? '') };
    },
  };
}

/** How many of the data set's images a journal holds an answer to. */
export async function countAnswered(file: string, data: Dataset): Promise<number> {
  const answers = await new JournalAnswers(readJournal(file).lines, data).groups();
  return answers ? answers.labels.filter((label) => label !== MISSING).length : 0;
}
