import { bitsTold, plainEntropy } from './bits';
import { asAnswered, type AnswerCounts } from './answer-counts';
import { granularityStudy } from './granularity';

/**
 * The preliminary study of counted answers.
 * @example
 * const counts = readAnswerCounts('qwen2.5-vl-cub100');
 * const { fine, coarse } = studyOfCounts(counts); // fine?.accuracy, coarse.accuracy: shares with their intervals
 * console.table([measuredRow(counts)]); // one line an annotator: how often it is right
 * console.table([bitsRow(counts)]); // and how many bits its answers tell
 */
export function studyOfCounts(counts: AnswerCounts) {
  const { data, coarse, fine } = asAnswered(counts);
  return granularityStudy(data, coarse, fine);
}

/** How right an annotator is, a row of a table. */
export function measuredRow(counts: AnswerCounts) {
  const { fine, coarse } = studyOfCounts(counts);
  const { asked, accuracy, outside } = fine!;
  const right = { class: 0, group: 0 };
  for (const [truth, named, group, images] of counts.counts) {
    if (named === truth) right.class += images;
    else if (group === counts.hierarchy.groupOf[truth]) right.group += images;
  }
  return {
    annotator: counts.annotator,
    images: counts.images,
    n: asked,
    'fine right (%)': 100 * accuracy.share,
    'coarse right (%)': 100 * coarse.accuracy.share,
    'right among the names listed (%)': counts.ranks && (100 * counts.ranks.reduce((sum, n) => sum + n, 0)) / asked,
    'outside the list (%)': 100 * outside,
    'wrong, but in the right group (% of the wrong)': (100 * right.group) / (asked - right.class),
  };
}

/** How much its answers tell of the fine class, in bits: corrected for few images a class, and as the plain estimate. */
export function bitsRow(counts: AnswerCounts) {
  const [fine, coarse] = (['fine', 'coarse'] as const).map((level) => byClass(counts, level));
  return {
    annotator: counts.annotator,
    images: counts.images,
    'a fine answer': bitsTold(fine!),
    'a group': bitsTold(coarse!),
    'the class itself': Math.log2(counts.hierarchy.fine.length),
    'a fine answer, uncorrected': bitsTold(fine!, plainEntropy),
    'a group, uncorrected': bitsTold(coarse!, plainEntropy),
  };
}

/** [K, answers + 1]: how often each class was answered what, a class or a group; in the last column none. */
function byClass({ hierarchy, counts }: AnswerCounts, level: 'fine' | 'coarse'): number[][] {
  const width = hierarchy[level].length;
  const table = hierarchy.fine.map(() => new Array<number>(width + 1).fill(0));
  for (const [truth, fine, coarse, images] of counts) {
    const answer = level === 'fine' ? fine : coarse;
    table[truth]![answer < 0 ? width : answer]! += images;
  }
  return table;
}
