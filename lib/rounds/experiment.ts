import { groupsOf } from '../datasets/hierarchy';
import { createEngine } from '../engine';
import { row, takeRows, type Matrix } from '../engine/matrix';
import { features as extractFeatures } from '../features/store';
import { dropoutMembers, ensembleMembers } from '../model/members';
import { networkFactory } from '../model/network-factory';
import { imageNumbers, vitNetworkFactory } from '../model/vit/factory';
import type { TrainedModel } from '../model/trained-model';
import { accuracy, train, type TrainingTools } from '../model/trainer';
import type { TrainingOptions } from '../model/training-options';
import type { TrainingSet } from '../model/training-set';
import { kappa, type TrustedAnswers } from '../noise/answers';
import { estimateNoise, type NoiseEstimate } from '../noise/noise-model';
import type { TrustedClasses } from '../noise/per-class';
import { createRandom, type Random } from '../random';
import type { Improvement, MemberKind, Purchase, Query } from '../strategies/strategy';
import { estimateImprovement } from './improvement/estimators';
import { firstPurchases } from './first-round';
import { checkedFeatures, type Parts } from './given-features';
import { LabelledPool } from './labelled-pool';
import { Ledger } from './ledger';
import { Oracles } from './oracles';
import type { RoundRecord } from './record';
import { completeSetup, type CompleteSetup, type ExperimentSetup } from './setup';
import { validationSplit } from './validation-split';

/**
 * One active-learning run, a record a round: the strategy chooses, the ledger pays, human and annotator answer, T is
 * estimated, the network is trained from scratch and looked at on the test images. The same setup gives the same
 * records, timings aside.
 * @throws InputError before the first round for a setup that cannot be.
 */
export async function* experiment(setup: ExperimentSetup): AsyncGenerator<RoundRecord, void, void> {
  const run = await Run.prepare(setup);
  for (let round = 0; round < setup.rounds; round++) yield await run.next(round);
}

class Run {
  private readonly ledger: Ledger;
  private readonly pool: LabelledPool;
  private readonly oracles: Oracles;
  private model: TrainedModel | undefined;

  /** `rows`: the pool's rows in the data set, without the validation images. */
  private constructor(
    private readonly setup: CompleteSetup,
    private readonly random: Random,
    private readonly tools: TrainingTools,
    private readonly features: Parts,
    /** What networks are fed with: the features, or image numbers. */
    private readonly inputs: Parts,
    private readonly validation: TrainingSet['validation'],
    rows: Int32Array,
  ) {
    this.ledger = new Ledger(setup.costs, setup.budget);
    this.pool = new LabelledPool(rows.length);
    this.oracles = new Oracles(setup.data, rows, setup.strategy.weakLabels);
  }

  static async prepare(given: ExperimentSetup): Promise<Run> {
    const setup = completeSetup(given);
    const { data } = setup;
    const random = createRandom(setup.seed);
    const engine = await createEngine();
    const createNetwork =
      setup.trainer === 'vit'
        ? await vitNetworkFactory(data, setup.vit!, setup.training)
        : networkFactory(setup.trainer, engine);
    const all = given.features
      ? checkedFeatures(data, given.features)
      : await extractFeatures(data, { extractor: given.extractor ?? 'fisher' });
    const { validation, pool } = validationSplit(data, setup.validation, random.stream('validation'));
    const features = { pool: takeRows(all.pool, pool), test: all.test };
    const numbers = setup.trainer === 'vit' ? imageNumbers(data) : undefined;
    const inputs = numbers ? { pool: takeRows(numbers.pool, pool), test: numbers.test } : features;
    const held = {
      features: takeRows(all.pool, validation),
      ...(numbers && { inputs: takeRows(numbers.pool, validation) }),
      fine: validation.map((i) => data.pool.fine[i]!),
    };
    const { checkpoints } = given;
    const tools = { engine, createNetwork, ...(checkpoints && { checkpoints }) };
    return new Run(setup, random, tools, features, inputs, held, pool);
  }

  async next(round: number): Promise<RoundRecord> {
    const before = this.pool.counts;
    this.ledger.openRound();
    const started = performance.now();
    const query = round === 0 ? this.start() : await this.query(round);
    query.purchases.forEach((purchase) => this.buy(purchase));
    const chosen = performance.now();
    const trusted = this.trustedAnswers();
    const set = this.trainingSet(trusted);
    const accuracies = await this.evaluate(round, set);
    const { full, weak } = this.pool.counts;
    const { data, strategy, seed, budget } = this.setup;
    return {
      dataset: data.name,
      strategy: strategy.name,
      seed,
      round,
      budget: budget * (round + 1),
      spent: this.ledger.spent,
      full,
      weak,
      boughtFull: full - before.full,
      boughtWeak: weak - before.weak,
      ...accuracies,
      ...(query.improvement && { improvement: query.improvement }),
      ...(trusted && { kappa: kappa(trusted, data.hierarchy.coarse.length) }),
      ...(set.transition && { transition: rounded(set.transition) }),
      engine: this.model!.engine,
      timing: { selectMs: Math.round(chosen - started), trainMs: Math.round(performance.now() - chosen) },
    };
  }

  private start(): Query {
    const order = this.random.stream('start').permutation(this.pool.size);
    const { strategy, matched } = this.setup;
    const counts = strategy.matches === undefined ? undefined : matched?.[0];
    return { purchases: firstPurchases(order, strategy.buys, this.ledger, counts), utilities: {} };
  }

  private query(round: number): Promise<Query> {
    const random = this.random.stream('query', this.setup.strategy.name, round);
    return this.setup.strategy.query({
      pool: this.pool,
      purse: this.ledger,
      random: random.stream('draw'),
      engine: this.tools.engine,
      predict: (rows) => this.model!.predict(takeRows(this.inputs.pool, rows)),
      features: (rows) => takeRows(this.features.pool, rows),
      members: (rows, kind, count) => this.members(rows, kind, count, random.stream('members')),
      improvement: () => this.improvement(random.stream('improvement')),
      ...(this.setup.matched && { matched: this.setup.matched[round]! }),
    });
  }

  private members(rows: Int32Array, kind: MemberKind, count: number, random: Random): Promise<readonly Matrix[]> {
    const inputs = takeRows(this.inputs.pool, rows);
    const rate = this.setup.training.dropout;
    if (kind === 'dropout') return dropoutMembers(this.model!, inputs, { count, rate }, random, this.tools.engine);
    const set = this.trainingSet(this.trustedAnswers());
    return ensembleMembers((start) => this.train(set, this.ownHead, start), inputs, count, random);
  }

  private buy({ row: index, level }: Purchase): void {
    this.ledger.pay(level);
    if (level === 'full') this.pool.addFull(index, this.oracles.full(index));
    else this.pool.addWeak(index, this.oracles.weak(index));
  }

  /** What the coarse head of the strategy's own network learns from. */
  private get ownHead(): Pick<TrainingOptions, 'coarseHead'> {
    return { coarseHead: this.setup.strategy.buys.includes('weak') ? 'weak' : 'none' };
  }

  /** Trains the strategy's network, keeps it for the next query, and its control; both are judged on the test images. */
  private async evaluate(round: number, set: TrainingSet) {
    const random = this.random.stream('train', round);
    this.model?.dispose();
    this.model = await this.train(set, this.ownHead, random);
    const control = await this.train(set, { coarseHead: 'trusted' }, random);
    const [own, trustedOnly] = [await this.judge(this.model), await this.judge(control)];
    control.dispose();
    return {
      fineAccuracy: own.fine,
      coarseAccuracy: own.coarse,
      trustedOnlyFineAccuracy: trustedOnly.fine,
      trustedOnlyCoarseAccuracy: trustedOnly.coarse,
    };
  }

  private train(set: TrainingSet, options: Partial<TrainingOptions>, random: Random): Promise<TrainedModel> {
    return train(set, { ...this.setup.training, ...options }, random, this.tools);
  }

  private async judge(model: TrainedModel): Promise<{ fine: number; coarse: number }> {
    const { test, hierarchy } = this.setup.data;
    const prediction = await model.predict(this.inputs.test);
    return {
      fine: accuracy(prediction.fine, test.fine),
      coarse: accuracy(prediction.coarse, groupsOf(hierarchy, test.fine)),
    };
  }

  private improvement(random: Random): Promise<Improvement> {
    const { improvement, training } = this.setup;
    const set = this.trainingSet(this.trustedAnswers());
    return estimateImprovement({ set, options: improvement, training, tools: this.tools, random });
  }

  /** What the network may learn from: what was bought, and T and the guard made from it. */
  private trainingSet(trusted: Trusted | undefined): TrainingSet {
    const { data, noise } = this.setup;
    return {
      hierarchy: data.hierarchy,
      features: this.features.pool,
      ...(this.inputs !== this.features && { inputs: this.inputs.pool }),
      full: this.pool.fullLabels(),
      weak: this.pool.weakLabels(),
      ...(trusted && this.noise(trusted)),
      correction: noise.correction,
      ...(trusted && noise.guard && { weakTrust: Math.max(0, kappa(trusted, data.hierarchy.coarse.length)) }),
      validation: this.validation,
    };
  }

  /** The annotator's answers to the images that a human labelled; undefined unless the strategy uses the annotator. */
  private trustedAnswers(): Trusted | undefined {
    if (this.setup.strategy.weakLabels !== 'annotator') return undefined;
    const { rows, labels } = this.pool.fullLabels();
    const groups = groupsOf(this.setup.data.hierarchy, labels);
    return { classes: labels, groups, answers: rows.map((i) => this.oracles.annotator(i)) };
  }

  /** T by the noise model; its oracle alone looks at answers and labels that were not bought. */
  private noise(trusted: Trusted): NoiseEstimate | undefined {
    const { data, noise } = this.setup;
    return estimateNoise(noise, data.hierarchy, {
      trusted,
      everything: () => ({ classes: data.pool.fine, answers: data.answers!.coarse }),
      outside: trusted.answers.includes(-1) || this.pool.weakLabels().labels.includes(-1),
    });
  }
}

/** What the annotator said of the images that a human labelled, by fine class and by group. */
type Trusted = TrustedAnswers & TrustedClasses;

/** T as nested lists of four decimals, which is far finer than its uncertainty. */
function rounded(T: Matrix): number[][] {
  return Array.from({ length: T.rows }, (_, i) => Array.from(row(T, i), (p) => Math.round(p * 1e4) / 1e4));
}
