import type { LevelStudy, GranularityStudy } from '../../inputs/annotators/granularity';
import { examplesOf } from '../../inputs/annotators/granularity';
import type { Dataset } from '../../lib/data/dataset';
import { strongestConfusions } from './figures/confusion-matrix';
import type { ForestPanel } from './figures/forest';
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

const rowOf = (name: string, { share, low, high }: LevelStudy['accuracy']) => ({
  name,
  estimate: { mean: 100 * share, low: 100 * low, high: 100 * high },
});
