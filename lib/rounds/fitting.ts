import { givenOf, type GivenAnswers } from '../../inputs/annotators/choices';
import { MISSING, OUTSIDE, REFUSED, saysNothing } from '../data/answer-code';
import { groupsOf } from '../data/hierarchy';
import { takeRows, type Matrix } from '../engine/matrix';
import { check } from '../errors';
import type { CheckpointOptions } from '../model/checkpoints';
import type { FittedModel, LearningTask } from '../model/learner';
import type { AnswerSet, KnownAnswers } from '../noise/said';
import { ensembleMembers } from '../model/members';
import { accuracy } from '../model/trainer';
import { annotatorQuality, type AnnotatorQuality } from '../noise/quality';
import type { TrustedClasses } from '../noise/per-class';
import type { NoiseEstimate } from '../noise/noise-model';
import type { Random } from '../random';
import type { Improvement, MemberKind } from '../strategies/strategy';
import { estimateImprovement } from './improvement/estimators';
import type { LabelledPool } from './labelled-pool';
import type { Material } from './material';
import type { AnnotatorAnswers } from './session-state';
import type { CompleteSetup } from './setup';

/** Fine and coarse accuracy on the test images, 0..1. */
export interface TestAccuracy {
  readonly fine: number;
  readonly coarse: number;
}

/** What follows from the labels of a run: the annotator's quality, T, the model, and what either level is worth. */
export class Fitting {
  constructor(
    private readonly setup: CompleteSetup,
    private readonly material: Material,
    private readonly pool: LabelledPool,
    private readonly answers: AnnotatorAnswers,
    private readonly checkpoints: CheckpointOptions | undefined,
  ) {}

  /** What the annotator said of the images that a human labelled; undefined unless the strategy uses the annotator. */
  get trusted(): TrustedClasses | undefined {
    if (this.setup.strategy.weakLabels !== 'annotator') return undefined;
    const rows = this.pool.full().filter((row) => !saysNothing(this.answers.coarse.get(row) ?? MISSING));
    return {
      classes: rows.map((row) => this.pool.label(row)),
      answers: rows.map((row) => this.answers.coarse.get(row)!),
    };
  }

  get quality(): AnnotatorQuality | undefined {
    const { trusted } = this;
    const { hierarchy } = this.material.data;
    return (
      trusted &&
      annotatorQuality(
        { groups: groupsOf(hierarchy, trusted.classes), answers: trusted.answers },
        hierarchy.coarse.length,
      )
    );
  }

  /** T as the trusted images tell it; undefined without an annotator, or where the noise model has none. */
  get transition(): Matrix | undefined {
    const { trusted } = this;
    return trusted && this.noise(trusted)?.transition;
  }

  /** What the coarse head of the strategy's own model learns from. */
  get ownHead(): LearningTask['coarseHead'] {
    return this.setup.strategy.buys.includes('weak') ? 'weak' : 'none';
  }

  /**
   * All that may be learned from: what was bought, and T and the guard made from it. The answers themselves are for the
   * strategy's own model: its control, and an annotator at chance, teach by none.
   */
  task(coarseHead: LearningTask['coarseHead'], random: Random, ignoresWeak = false): LearningTask {
    const { noise } = this.setup;
    const { data, features, inputs, validation, engine } = this.material;
    const { trusted, quality, checkpoints } = this;
    const trust = ignoresWeak ? 0 : noise.guard && quality ? Math.max(0, quality.kappa.value) : undefined;
    return {
      hierarchy: data.hierarchy,
      features: features.pool,
      ...(inputs !== features && { inputs: inputs.pool }),
      full: this.pool.fullLabels(),
      weak: this.pool.weakLabels(),
      ...(trusted && this.noise(trusted)),
      ...(noise.correction && { correction: noise.correction }),
      ...(trust !== undefined && { weakTrust: trust }),
      ...(validation && { validation }),
      ...(coarseHead === 'weak' &&
        !ignoresWeak &&
        this.answers.coarse.size && {
          answers: this.answerSet(),
          ...(noise.looksAtAll && { everything: this.everything() }),
        }),
      coarseHead,
      engine,
      random,
      ...(checkpoints && { checkpoints }),
    };
  }

  fit(coarseHead: LearningTask['coarseHead'], random: Random, ignoresWeak = false): Promise<FittedModel> {
    return this.setup.learner.fit(this.task(coarseHead, random, ignoresWeak));
  }

  async judge(model: FittedModel): Promise<TestAccuracy> {
    const { data, inputs } = this.material;
    const prediction = await model.predict(inputs.test);
    return {
      fine: accuracy(prediction.fine, data.test.fine),
      coarse: accuracy(prediction.coarse, groupsOf(data.hierarchy, data.test.fine)),
    };
  }

  async members(
    model: FittedModel,
    rows: Int32Array,
    kind: MemberKind,
    count: number,
    random: Random,
  ): Promise<readonly Matrix[]> {
    const inputs = takeRows(this.material.inputs.pool, rows);
    if (kind === 'ensemble') return ensembleMembers((start) => this.fit(this.ownHead, start), inputs, count, random);
    const { learner } = this.setup;
    check(
      model.members,
      `Learner "${learner.name}" has no dropout members; take members=ensemble, e.g. bald(members=ensemble)`,
    );
    return model.members(inputs, count, random);
  }

  improvement(random: Random): Promise<Improvement> {
    const { improvement, learner } = this.setup;
    return estimateImprovement({ task: this.task(this.ownHead, random), options: improvement, learner, random });
  }

  /** T by the noise model; its oracle alone looks at answers and labels that were not bought. */
  private noise(trusted: TrustedClasses): NoiseEstimate | undefined {
    const { noise } = this.setup;
    const { data } = this.material;
    return noise.estimate({
      hierarchy: data.hierarchy,
      trusted,
      everything: () => {
        const classes = data.pool.fine;
        return { classes, answers: this.recorded(classes.map((_, image) => image)).coarse };
      },
      outside: trusted.answers.includes(OUTSIDE) || this.pool.weakLabels().labels.includes(OUTSIDE),
    });
  }

  /** What the annotator says of some images of the data set, bought or not; only the oracle looks. */
  private recorded(images: Int32Array): GivenAnswers {
    const { noise, annotator, question } = this.setup;
    const { data } = this.material;
    const all = annotator.all?.(data);
    check(all, `Noise model "${noise.name}" looks at all answers, which annotator "${annotator.name}" has not given`);
    return givenOf(all, { data, images, question });
  }

  /** All answers to the pool's rows, bought or not, and their true classes. */
  private everything(): KnownAnswers {
    const { data, images } = this.material;
    const labels = images.map((image) => data.pool.fine[image]!);
    return { rows: images.map((_, row) => row), labels, ...this.recorded(images) };
  }

  private answerSet(): AnswerSet {
    const { coarse, fine, outside } = this.answers;
    const rows = Int32Array.from([...coarse.keys()].sort((a, b) => a - b));
    return {
      rows,
      coarse: rows.map((row) => coarse.get(row)!),
      ...(fine.size && { fine: rows.map((row) => fine.get(row) ?? REFUSED) }),
      ...(outside.size && { outside: Array.from(rows, (row) => outside.get(row) ?? '') }),
    };
  }
}
