/** The library: data, annotators, noise model, learners, strategies, sessions and studies. What draws is `notebooks/kit`. */
// Data
export type { Dataset } from './data/dataset';
export { loadDataset } from '../inputs/datasets/registry';
export { cardOf } from '../inputs/datasets/card';
export { typefaces } from '../inputs/datasets/typefaces';
export { createHierarchy } from './data/hierarchy';
export { features } from '../inputs/features/store';
export { defineExtractor } from '../inputs/features/extractors/own';
export { readNpy } from '../inputs/features/npy';
// Annotators, and what their answers tell
export { defineAnnotator } from '../inputs/annotators/choices';
export { simulatedAnswers } from '../inputs/annotators/simulate';
export { loadAnnotated } from '../inputs/annotators/answers';
export { answerCounts, measuredAnnotators, readAnswerCounts } from '../inputs/annotators/answer-counts';
export { granularityRows } from '../inputs/annotators/granularity';
export { bitsRow, measuredRow, studyOfCounts } from '../inputs/annotators/measured-rows';
export { presentStudies } from '../inputs/annotators/studies';
export { defineNoiseModel } from './noise/noise-model';
export { estimateTransition, kappa } from './noise/transition-matrix';
export { transitionPosterior, trustedImagesNeeded } from './noise/posterior';
// Learners
export { accuracy } from './model/trainer';
export { createLearner } from './rounds/learners';
export { defineLearner } from './model/learner';
export type { FittedModel, Learner, LearningTask } from './model/learner';
// Strategies, and what they are built from
export { defineStrategy, fullAndWeak } from './strategies/define';
export { strategies } from './strategies/registry';
export type { Level, QueryContext, Strategy } from './strategies/strategy';
export { buyFull } from './strategies/strategy';
export { buyCounts, buyMostUseful, uniformDraws } from './strategies/buy-largest';
export { percentileRanks, uncertainties } from './strategies/uncertainty';
export { gradientEmbeddings, rowPoints } from './strategies/sampling/points';
export { kMeansPlusPlus } from './strategies/sampling/k-means-plus-plus';
export { chooseWithinBudget } from './strategies/sampling/within-budget';
export { choice, count, share } from './choices/options';
// Numbers
export { createEngine } from './engine';
export { matrix, row, softmaxRows, takeRows } from './engine/matrix';
export type { Matrix } from './engine/matrix';
export { createRandom } from './random';
// The loop, and studies of it
export { openSession } from './rounds/open-session';
export type { Asked } from './rounds/open-query';
export type { GivenLabel, Session } from './rounds/session';
export { experiment } from './rounds/experiment';
export type { RoundRecord } from './rounds/record';
export { runGrid } from './study/grid/index';
export type { GridOptions, GridSetup } from './study/grid/index';
export { runVariants } from './study/variants';
export {
  atWeakPrice,
  compareWithControls,
  inWords,
  mean,
  penaltiesOf,
  summaryRows,
  weakPricesOf,
} from './study/statistics/index';
export { loadResults } from './study/results/load';
