/** What a notebook shows: figures, tables, progress and headlines. */
export { display, escapeHtml, liveDisplay } from './display';
export type { DisplayData, LiveDisplay } from './display';
export * from './figures';
export { headline } from './headline';
export type { Headline } from './headline';
export { progress } from './progress';
export type { ProgressBar } from './progress';
export { table } from './table';
export type { Row, TableOptions } from './table';
export { accuracyPanel, classPanel, confusionSections } from './granularity';
export { writeExampleFolder } from './example-folder';
export { gainInWords, gains } from './gains';
export { liveCurves } from './live-curves';
export { recordedStudy } from './recorded';
export { verdicts } from './verdict';
export { answerExamples, groupExamples, watch } from './purchases';
export { areasAt, curvesOf, meanTransition, purchasesOf } from './records';
