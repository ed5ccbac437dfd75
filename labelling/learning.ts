import { MISSING, saysNothing } from '../lib/data/answer-code';
import { matrix, row } from '../lib/engine/matrix';
import type { Dataset } from '../lib/data/dataset';
import { openSession } from '../lib/rounds/open-session';
import type { HeldOut } from '../lib/rounds/held-out';
import type { Session } from '../lib/rounds/session';
import { createRandom } from '../lib/random';
import { accuracyOf, aloneIn } from './assess';
import { annotatorOf } from './answers';
import { describedImages } from './described';
import type { AskedImage, JudgedEvent } from './events';
import { largest } from './numbers';
import type { ProjectSetup } from './project-file';
import { expectedGain, stability } from './stop';

/** How far an update is: what is being done, and the share of it that is done, 0 to 1. */
export type Progress = (
  stage: 'describing images' | 'asking' | 'learning' | 'judging' | 'choosing',
  share: number,
) => void;

const FOLDS = 5;
/** Images whose predictions are compared from model to model: Bloodgood and Vijay-Shanker (2009) take 2,000. */
const SAMPLE = 2000;
/** Classes that are shown with an image, likeliest first. */
const LIKELIEST = 5;

/** The session behind a project: what was labelled goes in, what to label next comes out. */
export class Learning {
  private constructor(
    readonly session: Session,
    private readonly data: Dataset,
    private readonly setup: ProjectSetup,
  ) {}

  /** Describes the images, or reads what was computed before, and opens the session in the project's folder. */
  static async open(setup: ProjectSetup, data: Dataset, out: string, progress: Progress): Promise<Learning> {
    const { strategy, learner, annotator, question, prices, batch, seed } = setup.settings;
    const pool = await describedImages(setup, out, (share) => progress('describing images', share));
    const session = await openSession({
      dataset: data,
      features: { pool, test: matrix(0, pool.columns) },
      strategy,
      learner,
      prices,
      seed,
      out,
      budget: batch * prices.full,
      begunWith: setup.sizes[0]!,
      ...(annotator !== null && { annotator: annotatorOf(annotator), question }),
    });
    return new Learning(session, data, setup);
  }

  /**
   * Tells the session what holds of images where it knows otherwise: a class; null: it cannot be labelled; undefined: what was
   * said is taken back.
   */
  async tell(labels: Iterable<readonly [image: string, label: string | null | undefined]>): Promise<void> {
    const news = [...labels].flatMap(([image, label]) => {
      const known = this.session.labelOf(image);
      const same = label === undefined ? typeof known !== 'string' : known === label;
      return same ? [] : [{ image, label: label ?? null }];
    });
    if (news.length) await this.session.tell(news, { learn: false });
  }

  /** What models say of labelled images that they have not seen. */
  heldOut(progress: (share: number) => void): Promise<HeldOut> {
    return this.session.heldOut(FOLDS, progress);
  }

  /** The path of an image, by its number. */
  pathOf(image: number): string {
    return this.data.pool.files!.paths[image]!;
  }

  isLabelled(image: string): boolean {
    return typeof this.session.labelOf(image) === 'string';
  }

  /**
   * What the labels tell by now, and what the model predicts for a fixed sample of images; undefined before there are two.
   * @param before predictions of earlier models.
   */
  async judge(
    before: readonly (readonly number[])[],
    progress: Progress,
  ): Promise<Pick<JudgedEvent, 'assessment' | 'predictions'> | undefined> {
    const { session, data, setup } = this;
    if (session.labelled < 2) return undefined;
    const sample = createRandom(setup.settings.seed).stream('sample').permutation(setup.sizes[0]!).slice(0, SAMPLE);
    const posterior = await session.posterior(sample);
    const predictions = Array.from(sample, (_, i) => largest(row(posterior, i)));
    const rest = predictions.flatMap((k, i) =>
      this.isLabelled(this.pathOf(sample[i]!)) ? [] : [row(posterior, i)[k]!],
    );
    const part = (from: number, size: number) => (share: number) => progress('judging', from + size * share);
    const many = await this.heldOut(part(0, 0.7));
    const few = await session.heldOut(2, part(0.7, 0.3));
    const gain = expectedGain(many, few, setup.settings.batch);
    const stable = stability([...before, predictions], data.hierarchy.fine.length);
    const { quality } = session;
    return {
      assessment: {
        labels: many.labels.length,
        accuracy: accuracyOf(many),
        alone: aloneIn(many.labels),
        expected: rest.reduce((sum, p) => sum + p / rest.length, 0),
        ...(quality && { quality }),
        ...(gain && { gain }),
        ...(stable !== undefined && { stability: stable }),
      },
      predictions,
    };
  }

  /** What to ask a human next, with reasons and hints; `isOver`: the strategy finds nothing to buy, of anybody. */
  async ask(budget: number | undefined, progress: Progress): Promise<{ images: AskedImage[]; isOver: boolean }> {
    progress('choosing', 0);
    const { open, purchases } = await this.session.ask(budget === undefined ? {} : { budget });
    const images = open.map(({ image }) => image);
    const { hierarchy } = this.data;
    const known = this.session.labelled ? await this.session.posterior(images) : undefined;
    progress('asking', 0);
    const { annotator, prices } = this.setup.settings;
    const hints = annotator === null || !images.length ? undefined : await this.session.answersTo(images);
    const name = (names: readonly string[], k: number): string | null => names[k] ?? null;
    const asked = open.map(({ image, level, value }, i): AskedImage => {
      const p = known && Array.from(row(known, i));
      const order = p ? [...p.keys()].sort((a, b) => p[b]! - p[a]!).slice(0, LIKELIEST) : [];
      const hint = hints?.[i];
      return {
        image: this.pathOf(image),
        level,
        price: prices.full,
        ...(value !== undefined && { value }),
        ...(p && { uncertainty: 1 - p[order[0]!]! }),
        likeliest: order.map((k) => ({ fine: hierarchy.fine[k]!, probability: p![k]! })),
        ...(hint &&
          hasAnswer(hint) && {
            hint: {
              coarse: name(hierarchy.coarse, hint.coarse),
              ...(hint.fine !== undefined && { fine: name(hierarchy.fine, hint.fine) }),
            },
          }),
      };
    });
    return { images: asked, isOver: !purchases.length };
  }
}

/** Whether anything was said: a name outside the list is an answer, a refusal or an image without a recorded answer is none. */
const hasAnswer = ({ coarse, fine = MISSING }: { coarse: number; fine?: number | undefined }): boolean =>
  !saysNothing(coarse) || !saysNothing(fine);
