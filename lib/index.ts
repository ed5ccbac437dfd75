/** Everything a notebook needs, in the order of its story. */
export type { Dataset } from './datasets/dataset';
export { loadDataset } from './datasets/registry';
export { typefaces } from './datasets/typefaces';
export { features } from './features/store';
export { estimateTransition, kappa } from './noise/transition-matrix';
export { strategies, strategyEntry } from './strategies/registry';
export type { Level, Strategy } from './strategies/strategy';
export { experiment } from './experiment/experiment';
export { runGrid } from './experiment/grid';
export { improvementNote, profileNamed } from './experiment/profiles';
export { compareWithControls, compareWithRivals, inWords } from './experiment/comparison';
export { areaUnderCurve, pairedDifference, runsOf, summarise } from './experiment/metrics';
export { recordFrame, summaryFrame } from './experiment/tables';
export type { RoundRecord } from './experiment/record';
export { curvesOf, meanTransition, purchasesOf } from './notebook/records';
export * from './notebook/index';
