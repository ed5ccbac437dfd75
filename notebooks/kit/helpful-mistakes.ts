import { row } from '../../lib/engine/matrix';
import type { Dataset } from '../../lib/data/dataset';
import type { Session } from '../../lib/rounds/session';
import { check } from '../../lib/errors';
import { picturesOf, type GridSection } from './figures';
import { supervision } from './figures/style';

/** Unlabelled images of which the annotator named a wrong class. */
export interface HelpfulMistakes {
  /** How many there are, with how many the model alone and the model with the answer are right. */
  readonly wrong: number;
  readonly rightAlone: number;
  readonly rightWithAnswer: number;
  /** Those that the wrong answer set right, the surest first, for an image grid. */
  readonly sections: readonly GridSection[];
}

/**
 * What wrong answers did: the model's likeliest class of each image by its features alone, and with the answers.
 * @throws InputError for data without recorded fine answers.
 */
export async function helpfulMistakes(data: Dataset, session: Session, shown = 6): Promise<HelpfulMistakes> {
  const said = data.answers?.fine;
  check(said, `"${data.name}" has no recorded fine answers`);
  const { fine } = data.hierarchy;
  const truth = data.pool.fine;
  const images = [...truth.keys()].filter(
    (i) => session.labelOf(i) === undefined && said[i]! >= 0 && said[i] !== truth[i],
  );
  const alone = (await session.predict(images)).fine;
  const both = await session.posterior(images);
  const best = (p: Float32Array): number => p.indexOf(Math.max(...p));
  const judged = images.map((image, i) => ({
    image,
    ...{ alone: best(row(alone, i)), both: best(row(both, i)), sure: row(both, i)[truth[image]!]! },
  }));
  const isRight = (k: number, image: number): boolean => k === truth[image];
  const helped = judged
    .filter(({ image, alone, both }) => !isRight(alone, image) && isRight(both, image))
    .sort((a, b) => b.sure - a.sure)
    .slice(0, shown);
  const pictures = await picturesOf(
    data.pool,
    helped.map(({ image }) => image),
  );
  return {
    wrong: images.length,
    rightAlone: judged.filter(({ image, alone }) => isRight(alone, image)).length,
    rightWithAnswer: judged.filter(({ image, both }) => isRight(both, image)).length,
    sections: [
      {
        title: 'The annotator named the class on the first line, wrongly',
        images: helped.map(({ image, alone, sure }, n) => ({
          picture: pictures[n]!,
          caption: [
            `✗ ${fine[said[image]!]!}`,
            `alone: ${fine[alone]!}`,
            `✓ is ${fine[truth[image]!]!} (${Math.round(100 * sure)} %)`,
          ],
          color: supervision.weak,
        })),
      },
    ],
  };
}
