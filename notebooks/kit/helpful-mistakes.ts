import { MISSING } from '../../lib/data/answer-code';
import { argmaxRows, row } from '../../lib/engine/matrix';
import type { Dataset } from '../../lib/data/dataset';
import type { Session } from '../../lib/rounds/session';
import { check } from '../../lib/errors';
import { picturesOf, type GridSection } from './figures';
import { answered } from './figures/style';
import { zeroShot, type ZeroShot } from './zero-shot';

/** How often the model is right on some images: by their features alone, and with the answers. */
export interface Judged {
  readonly images: number;
  readonly alone: number;
  readonly withAnswer: number;
}

/** What bought answers did to the images without a human label. */
export interface HelpfulMistakes {
  /** Images of which the annotator named the class, or another one. */
  readonly right: Judged;
  readonly wrong: Judged;
  /** The annotator without the model, on the same images. */
  readonly annotator: ZeroShot;
  /** Those of which the model is right with a wrong answer, and not without: the surest first, for an image grid. */
  readonly sections: readonly GridSection[];
}

/**
 * What bought answers did, right ones and wrong ones: the model's likeliest class of each image by its features alone, and with the
 * answer. Both are the same model's where the session's learner judges alone, as `mixture` does.
 * @throws InputError for data without recorded fine answers.
 */
export async function helpfulMistakes(data: Dataset, session: Session, shown = 6): Promise<HelpfulMistakes> {
  const said = data.answers?.fine;
  check(said, `"${data.name}" has no recorded fine answers`);
  const { fine } = data.hierarchy;
  const truth = data.pool.fine;
  const open = [...truth.keys()].filter((i) => session.labelOf(i) === undefined && said[i]! >= 0);
  const bought = await session.answersTo(open, { ask: false });
  const images = open.filter((_, at) => bought[at]!.coarse !== MISSING);
  const alone = (await session.predict(images)).fine;
  const both = await session.posterior(images);
  const [likeliest, known] = [argmaxRows(alone), argmaxRows(both)];
  const judged = images.map((image, i) => ({
    image,
    likeliest: likeliest[i]!,
    alone: likeliest[i] === truth[image],
    withAnswer: known[i] === truth[image],
    sure: row(both, i)[truth[image]!]!,
  }));
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
    annotator: zeroShot(data, (image) => session.labelOf(image), images),
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
          frame: answered.wrong,
        })),
      },
    ],
  };
}
