import { OUTSIDE } from '../../lib/data/answer-code';
import type { Dataset, Split } from '../../lib/data/dataset';
import { imageHash } from './image-hash';
import { latest, type JournalLine } from './journal-line';
import { graded, readingOf, voted, type LevelAnswers } from './level-answers';
import { groupReader } from './parse-both';
import type { Level } from './provider';

/** Whose answers, and to which question, where a journal holds several. */
export interface JournalChoice {
  readonly model?: string;
  readonly prompt?: string;
}

/**
 * The answers in a journal's lines, those to the question for both levels among them, matched to the pool by the images'
 * content, which is read once. Where an image was asked about repeatedly the answer given most often counts, the earlier
 * one of equals.
 */
export class JournalAnswers {
  private hashes: Promise<string[]> | undefined;

  /** @param images Only these pool images matter; the files of others are not read, and nothing is said of them. */
  constructor(
    private readonly lines: readonly JournalLine[],
    private readonly data: Dataset,
    private readonly images: ArrayLike<number> = data.pool.fine.map((_, i) => i),
  ) {}

  /**
   * A level's answers; undefined if the journal has none.
   * @throws InputError if it holds answers of several models or to several questions and none is chosen, or a label that is
   * no class of the data set.
   */
  async level(level: Level, choice: JournalChoice = {}): Promise<LevelAnswers | undefined> {
    const chosen = linesTo(level, this.lines, choice);
    if (!chosen.length) return undefined;
    const byImage = await this.byImage(chosen);
    const classes = new Map(this.data.hierarchy[level].map((name, k) => [name, k]));
    const read = readingOf(level, classes, this.data.name);
    return { ...voted(chosen, byImage, read), ...graded(level, classes, byImage, read) };
  }

  /** The coarse answers, as above; where only the fine list was asked about, the groups that the fine answers tell. */
  async groups(choice: JournalChoice = {}): Promise<LevelAnswers | undefined> {
    const own = await this.level('coarse', choice);
    const chosen = linesTo('fine', this.lines, choice);
    if (own || !chosen.length) return own;
    const { hierarchy, name } = this.data;
    const read = readingOf('fine', new Map(hierarchy.fine.map((label, k) => [label, k])), name);
    const group = groupReader(hierarchy);
    const viaFine = (line: JournalLine): number => {
      const k = read(line);
      return k >= 0 ? hierarchy.groupOf[k]! : k === OUTSIDE ? group(line.raw) : k;
    };
    const { annotator, ...answers } = voted(chosen, await this.byImage(chosen), viaFine);
    return { annotator: `${annotator}, groups read off its fine answers`, ...answers };
  }

  /** The valid ones of some lines about each pool image. */
  private async byImage(lines: readonly JournalLine[]): Promise<JournalLine[][]> {
    const { pool } = this.data;
    const found = new Map<string, JournalLine[]>();
    for (const line of latest(lines).values()) found.set(line.image, [...(found.get(line.image) ?? []), line]);
    const byImage = Array.from(pool.fine, (): JournalLine[] => []);
    const hashes = await (this.hashes ??= hashesOf(pool, this.images));
    hashes.forEach((hash, at) => (byImage[this.images[at]!] = found.get(hash) ?? []));
    return byImage;
  }
}

const linesTo = (level: Level, lines: readonly JournalLine[], { model, prompt }: JournalChoice): JournalLine[] =>
  lines.filter(
    (line) =>
      [level, 'both'].includes(line.granularity) &&
      (!model || line.model === model) &&
      (!prompt || line.prompt === prompt),
  );

async function hashesOf(pool: Split, images: ArrayLike<number>): Promise<string[]> {
  const hashes: string[] = [];
  for (const i of Array.from(images)) hashes.push(await imageHash(pool, i));
  return hashes;
}
