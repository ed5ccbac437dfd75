import { MISSING, OUTSIDE, REFUSED } from '../../lib/data/answer-code';
import type { RecordedAnswers } from '../../lib/data/dataset';
import { groupsOf, type Hierarchy } from '../../lib/data/hierarchy';
import { check } from '../../lib/errors';
import type { Level } from './provider';
import type { LevelAnswers } from './level-answers';
import { wilson, type Interval } from '../../lib/noise/wilson';

/** How well an annotator does on one list of classes. Shares are of the images that it was asked about. */
export interface LevelResult {
  /** "fine", "coarse", or "coarse via fine": the group of the fine class that it named. */
  readonly level: string;
  readonly asked: number;
  readonly accuracy: Interval;
  readonly outside: number;
  readonly refused: number;
  /** US dollars for all of it, where known. */
  readonly price?: number;
}

export interface ClassResult {
  readonly name: string;
  readonly images: number;
  readonly accuracy: Interval;
}

export interface LevelStudy extends LevelResult {
  /** Best first; classes never asked about are left out. */
  readonly classes: readonly ClassResult[];
  /** [K, K + 1]: how often class i was called j; in the last column neither of them (outside or refused). */
  readonly counts: readonly (readonly number[])[];
  /** For each asked pool image: its row, its class, and what it was called (below 0: nothing). */
  readonly rows: Int32Array;
  readonly truth: Int32Array;
  readonly answers: Int32Array;
}

export interface GranularityStudy {
  readonly annotator: string;
  readonly coarse: LevelStudy;
  readonly fine?: LevelStudy;
  /** The fine answers, mapped up the hierarchy. */
  readonly viaFine?: LevelStudy;
}

/** Of a data set, what is compared with the answers. */
interface Labelled {
  readonly hierarchy: Hierarchy;
  readonly pool: { readonly fine: Int32Array };
}

/** A level's answers, as a data set records them. */
export function recordedLevel({ annotator, ...answers }: RecordedAnswers, level: Level): LevelAnswers | undefined {
  const labels = answers[level];
  return labels && { annotator, labels, missing: 0 };
}

/**
 * The preliminary study (paper, section 3): accuracy on the fine and on the coarse list, and on the coarse one when fine
 * answers are mapped up, each with Wilson's 95 % interval. An answer outside the list and a refusal are wrong.
 * @throws InputError where a level was not asked about at all.
 */
export function granularityStudy(
  { hierarchy, pool }: Labelled,
  coarse: LevelAnswers,
  fine?: LevelAnswers,
): GranularityStudy {
  const groups = groupsOf(hierarchy, pool.fine);
  const mapped = fine && { ...fine, labels: groupsOf(hierarchy, fine.labels) };
  return {
    annotator: coarse.annotator,
    coarse: studyLevel('coarse', coarse, groups, hierarchy.coarse),
    ...(fine && { fine: studyLevel('fine', fine, pool.fine, hierarchy.fine) }),
    ...(mapped && { viaFine: studyLevel('coarse via fine', mapped, groups, hierarchy.coarse) }),
  };
}

function studyLevel(level: string, given: LevelAnswers, truth: Int32Array, names: readonly string[]): LevelStudy {
  const rows = Int32Array.from([...truth.keys()].filter((i) => given.labels[i] !== MISSING));
  check(rows.length, `There are no ${level} answers at all; buy some with "npm run annotate"`);
  const [own, answers] = [rows.map((i) => truth[i]!), rows.map((i) => given.labels[i]!)];
  const counts = names.map(() => new Array<number>(names.length + 1).fill(0));
  own.forEach((k, n) => counts[k]![answers[n]! < 0 ? names.length : answers[n]!]!++);
  const images = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const classes = names
    .map((name, k) => ({ name, images: images[k]!, accuracy: wilson(counts[k]![k]!, images[k]!) }))
    .filter((result) => result.images > 0)
    .sort((a, b) => b.accuracy.share - a.accuracy.share);
  const right = counts.reduce((sum, row, k) => sum + row[k]!, 0);
  const share = (label: number): number => answers.filter((answer) => answer === label).length / rows.length;
  return {
    level,
    asked: rows.length,
    accuracy: wilson(right, rows.length),
    classes,
    counts,
    rows,
    truth: own,
    answers,
    outside: share(OUTSIDE),
    refused: share(REFUSED),
    ...(given.price !== undefined && { price: given.price }),
  };
}

/**
 * Rows of the table that the notebook shows, in percent.
 * @example
 * for (const { data, study } of await presentStudies('typefaces')) console.log(data.title, granularityRows(study));
 */
export function granularityRows({ fine, coarse, viaFine }: GranularityStudy) {
  return [fine, coarse, viaFine].flatMap((study) => {
    if (!study) return [];
    const { level, asked, accuracy, outside, refused, price } = study;
    const percent = (share: number): number => 100 * share;
    return [
      {
        asked: level,
        images: asked,
        'right (%)': percent(accuracy.share),
        'from (%)': percent(accuracy.low),
        'to (%)': percent(accuracy.high),
        'outside the list (%)': percent(outside),
        'refused (%)': percent(refused),
        'price ($)': price,
      },
    ];
  });
}

/** Pool images of class `truth` that were called `answer` (the number of classes: none), the first few. */
export function examplesOf(study: LevelStudy, truth: number, answer: number, count: number): number[] {
  const called = answer >= study.counts.length ? OUTSIDE : answer;
  return [...study.rows]
    .filter((_, n) => study.truth[n] === truth && (called < 0 ? study.answers[n]! < 0 : study.answers[n] === called))
    .slice(0, count);
}
