import type { Dataset, RecordedAnswers } from '../../../lib/data/dataset';
import { check } from '../../../lib/errors';
import { ProviderError, type Provider, type Level } from '../provider';
import { keyOf, latest, type JournalLine } from '../journal-line';
import { oneLine } from '../printable';

const free = { largestBatch: 1, imageTokens: () => 0 } as const;

/** Says again what a journal holds, at no charge, repetition by repetition; what it does not hold ends the run. */
export function recordedJournal(lines: readonly JournalLine[]): Provider {
  const models = [...new Set(lines.map(({ model }) => model))];
  check(
    models.length === 1,
    `The journal holds answers of ${models.length} models (${models.join(', ')}); expected one`,
  );
  const model = models[0]!;
  const key = (line: Pick<JournalLine, 'image' | 'granularity' | 'repetition'>): string =>
    keyOf({ ...line, model, prompt: '' });
  const answers = new Map(Array.from(latest(lines).values(), (line) => [key(line), line]));
  return {
    ...free,
    name: 'recorded',
    model,
    async ask({ images, granularity, repetition }) {
      const line = answers.get(key({ image: images[0]!.hash, granularity, repetition }));
      if (!line) throw new ProviderError(`The journal has no answer to image ${images[0]!.index}`, { kind: 'fatal' });
      const { raw, reason, confidence, label } = line;
      if (line.status === 'refused') return { text: raw, refused: reason ?? 'refused' };
      const named = granularity === 'both' ? `${line.group ?? 'none'} | ${label ?? 'none'}` : label;
      return { text: named ?? raw, ...(confidence !== undefined && { confidence }) };
    },
  };
}

/** Says again what is recorded with a data set, its embedded stand-in's answers for instance, at no charge. */
export function recordedAnswers(data: Dataset, answers: RecordedAnswers, name = 'recorded'): Provider {
  const { hierarchy } = data;
  return {
    ...free,
    name,
    model: answers.annotator,
    async ask({ images, granularity }) {
      const { index } = images[0]!;
      const named = (level: Level): string => {
        const label = answers[level]?.[index];
        if (label === undefined)
          throw new ProviderError(`${answers.annotator}: no ${level} answers`, { kind: 'fatal' });
        return label < 0 ? 'none of the classes' : oneLine(hierarchy[level][label]!);
      };
      const confidence = granularity === 'coarse' ? answers.confidence?.[index] : undefined;
      const text = granularity === 'both' ? `${named('coarse')} | ${named('fine')}` : named(granularity);
      return { text, ...(confidence !== undefined && { confidence }) };
    },
  };
}
