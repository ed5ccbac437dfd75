import { bitsTold, plainEntropy } from '../noise/bits';
import { asAnswered, type AnswerCounts } from './answer-counts';
import { granularityStudy } from './granularity';

/** The preliminary study of counted answers. */
export function studyOfCounts(counts: AnswerCounts) {
  const { data, coarse, fine } = asAnswered(counts);
  return granularityStudy(data, coarse, fine);
}

/** What annotators are compared by, a row of a table; percent, bits, and the number of images. */
export function measuredRow(counts: AnswerCounts) {
  const { fine, coarse } = studyOfCounts(counts);
  const { asked, accuracy, outside } = fine!;
  const byAnswer = { fine: byClass(counts, 'fine'), coarse: byClass(counts, 'coarse') };
  const right = { class: 0, group: 0 };
  for (const [truth, named, group, images] of counts.counts) {
    if (named === truth) right.class += images;
    else if (group === counts.hierarchy.groupOf[truth]) right.group += images;
  }
  return {
    ...{ annotator: counts.annotator, images: counts.images, n: asked },
    'fine right (%)': 100 * accuracy.share,
    'coarse right (%)': 100 * coarse.accuracy.share,
    'right among the names listed (%)': counts.ranks && (100 * counts.ranks.reduce((sum, n) => sum + n, 0)) / asked,
    'outside the list (%)': 100 * outside,
    'wrong, but in the right group (% of the wrong)': (100 * right.group) / (asked - right.class),
    'bits of a fine answer': bitsTold(byAnswer.fine),
    'uncorrected, fine': bitsTold(byAnswer.fine, plainEntropy),
    'bits of a group': bitsTold(byAnswer.coarse),
    'uncorrected, group': bitsTold(byAnswer.coarse, plainEntropy),
    'bits of the class itself': Math.log2(counts.hierarchy.fine.length),
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
