/** What a study's numbers hold: curves, paired tests, intervals, rankings. */
export { bootstrapInterval } from './bootstrap';
export type { BootstrapOptions, Interval } from './bootstrap';
export {
  comparePairs,
  compareWithControls,
  compareWithRivals,
  controlledIn,
  inWords,
  pInWords,
  signed,
} from './comparison';
export type { Comparison, Contender } from './comparison';
export { accuracyAtBudget, areaUnderCurve, budgetToReach } from './curve';
export type { LearningCurve } from './curve';
export { budgetRows, comparisonRows, penaltyRows, rankingRows } from './tables';
export type { TableRow } from './tables';
export { holm } from './holm';
export { pairedT } from './paired-t';
export { penaltyMatrixOf } from './penalties';
export { criticalDifferenceRanking } from './ranking';
export type { Ranking } from './ranking';
export { atWeakPrice, penaltiesOf, rankingOf, weakPricesOf } from './of-records';
export { leads, savings } from './savings';
export type { Lead, Saving } from './savings';
export { pairedDifference, runsOf, summarise } from './runs';
export type { PairedDifference, RunSummary } from './runs';
export { halfWidth, spreadName } from './spread';
export { mean } from '../../numbers';
export type { Spread } from './spread';
export { summaryRows } from './summary';
