import { row } from '../../lib/engine/matrix';
import type { Dataset } from '../../lib/data/dataset';
import type { Session } from '../../lib/rounds/session';
import { check } from '../../lib/errors';
import { picturesOf, type GridSection } from './figures';
import { supervision } from './figures/style';

/** How often the model is right on some images: by their features alone, and with the answers. */
export interface Judged {
  readonly images: number;
  readonly alone: number;
  readonly withAnswer: number;
}

/** What answers did to the images without a human label. */
export interface HelpfulMistakes {
  /** Images of which the annotator named the class, or another one. */
  readonly right: Judged;
  readonly wrong: Judged;
  /** Those that a wrong answer set right, the surest first, for an image grid. */
  readonly sections: readonly GridSection[];
}

/**
 * What answers did, right ones and wrong ones: the model's likeliest class of each image by its features alone, and with the answers.
 * @throws InputError for data without recorded fine answers.
 */
export async function helpfulMistakes(data: Dataset, session: Session, shown = 6): Promise<HelpfulMistakes> {
  const said = data.answers?.fine;
  check(said, `"${data.name}" has no recorded fine answers`);
  const { fine } = data.hierarchy;
  const truth = data.pool.fine;
  const images = [...truth.keys()].filter((i) => session.labelOf(i) === undefined && said[i]! >= 0);
  const alone = (await session.predict(images)).fine;
  const both = await session.posterior(images);
  const judged = images.map((image, i) => {
    const known = row(both, i);
    const rightOf = (p: Float32Array): boolean => p.indexOf(Math.max(...p)) === truth[image];
    const likeliest = row(alone, i).indexOf(Math.max(...row(alone, i)));
    return { image, likeliest, alone: rightOf(row(alone, i)), withAnswer: rightOf(known), sure: known[truth[image]!]! };
  });
  const isMistake = ({ image }: { image: number }): boolean => said[image] !== truth[image];
  const helped = judged
    .filter((each) => isMistake(each) && !each.alone && each.withAnswer)
    .sort((a, b) => b.sure - a.sure)
    .slice(0, shown);
  const pictures = await picturesOf(
    data.pool,
    helped.map(({ image }) => image),
  );
  const share = (some: readonly { alone: boolean; withAnswer: boolean }[]): Judged => ({
    images: some.length,
    alone: some.filter(({ alone }) => alone).length / some.length,
    withAnswer: some.filter(({ withAnswer }) => withAnswer).length / some.length,
  });
  return {
    right: share(judged.filter((each) => !isMistake(each))),
    wrong: share(judged.filter(isMistake)),
    sections: [
      {
        title: 'The annotator named the class on the first line, wrongly',
        images: helped.map(({ image, likeliest, sure }, n) => ({
          picture: pictures[n]!,
          caption: [
            `✗ ${fine[said[image]!]!}`,
            `alone: ${fine[likeliest]!}`,
            `✓ is ${fine[truth[image]!]!} (${Math.round(100 * sure)} %)`,
          ],
          color: supervision.weak,
        })),
      },
    ],
  };
}
