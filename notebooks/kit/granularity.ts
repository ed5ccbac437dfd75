import type { LevelStudy, GranularityStudy } from '../../inputs/annotators/granularity';
import type { AnswerCounts } from '../../inputs/annotators/answer-counts';
import { examplesOf } from '../../inputs/annotators/granularity';
import { measuredRow, studyOfCounts } from '../../inputs/annotators/measured-rows';
import type { Dataset } from '../../lib/data/dataset';
import { wilson } from '../../lib/noise/wilson';
import { strongestConfusions } from './figures/confusion/confusions';
import type { ForestPanel } from './figures';
import type { GridSection } from './figures/image-grid';
import { picturesOf } from './figures/pictures';

/** A study's levels as the forest figure wants them: accuracies in percent with Wilson's intervals. */
export function accuracyPanel(title: string, { fine, coarse, viaFine }: GranularityStudy): ForestPanel {
  const rows = [coarse, viaFine, fine].flatMap((study) => (study ? [rowOf(study.level, study.accuracy)] : []));
  return { title, rows };
}

/** The best and the worst classes of a level, so many of each; all where there are no more. */
export function classPanel({ level, classes }: LevelStudy, most = 16): ForestPanel {
  const shown = classes.length <= most ? classes : [...classes.slice(0, most / 2), ...classes.slice(-most / 2)];
  const title = shown.length < classes.length ? `${level}: best and worst ${most / 2} of ${classes.length}` : '';
  return { title, rows: shown.map(({ name, accuracy }) => rowOf(name, accuracy)) };
}

/** Images of the strongest confusions of a level, a section each. */
export async function confusionSections(
  data: Dataset,
  study: LevelStudy,
  names: readonly string[],
  [confusions, images]: readonly [confusions: number, images: number] = [4, 6],
): Promise<GridSection[]> {
  const strongest = strongestConfusions(study.counts).slice(0, confusions);
  return Promise.all(
    strongest.map(async ({ truth, answer, share }) => ({
      title: `${names[truth]} called ${names[answer] ?? 'none of the classes'} (${(100 * share).toFixed(0)} % of its images)`,
      images: (await picturesOf(data.pool, examplesOf(study, truth, answer, images))).map((picture) => ({ picture })),
    })),
  );
}

/**
 * How far the premise holds that a group is named better than a class: "26 points (95 % interval 24 to 28), 59 % (57 to 62)",
 * the points between the two, by Newcombe's interval (1998) of two shares, and the share of wrong names that stay in the
 * right group, by Wilson's.
 */
export function premiseInWords(counts: AnswerCounts): string {
  const { coarse, fine } = studyOfCounts(counts);
  const [c, f] = [coarse.accuracy, fine!.accuracy];
  const points = 100 * (c.share - f.share);
  const low = points - 100 * Math.hypot(c.share - c.low, f.high - f.share);
  const high = points + 100 * Math.hypot(c.high - c.share, f.share - f.low);
  const wrong = Math.round(fine!.asked * (1 - f.share));
  const inGroup = measuredRow(counts)['wrong, but in the right group (% of the wrong)'] / 100;
  const stay = wilson(Math.round(inGroup * wrong), wrong);
  const percent = (share: number): string => (100 * share).toFixed(0);
  return (
    `${points.toFixed(0)} points (95 % interval ${low.toFixed(0)} to ${high.toFixed(0)}), ` +
    `${percent(stay.share)} % (${percent(stay.low)} to ${percent(stay.high)})`
  );
}

const rowOf = (name: string, { share, low, high }: LevelStudy['accuracy']) => ({
  name,
  estimate: { mean: 100 * share, low: 100 * low, high: 100 * high },
});
