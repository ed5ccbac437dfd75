import { OUTSIDE } from '../../lib/data/answer-code';
import { CUT_OFF, type Level, type Tokens } from './provider';
import { LONGEST_RAW, type JournalLine } from './journal-line';
import { statusOf, type Answer } from './parse-reply';
import type { Received } from './patience';
import type { PlanInput, Task } from './plan';
import { costOf, type Price } from './price';
import { printable } from './printable';

/** Of what a model wrote, so much is searched for secrets before it is cut; characters. */
const SEARCHED = 4 * LONGEST_RAW;

/** An answer as the journal keeps it: bounded, and with all secrets taken out. `tokens`: the image's share. */
export function lineOf(
  { data, provider, granularity, prompt, price }: Omit<PlanInput, 'find'> & { readonly price?: Price | undefined },
  { hash, index, repetition }: Task,
  answer: Answer,
  { reply: { confidence, probabilities }, latencyMs, tries }: Received,
  tokens: Tokens | undefined,
  redact: (text: string) => string,
): JournalLine {
  const { raw, reason } = answer;
  const status = statusOf(answer);
  const both = granularity === 'both';
  const named = (level: Level, k = OUTSIDE): string | null => data.hierarchy[level][k] ?? null;
  const cost = tokens && costOf(tokens, price);
  const sure = confidence !== undefined && status === 'answered' && prompt.batch === 1;
  return {
    image: hash,
    index,
    dataset: data.name,
    granularity,
    annotator: provider.name,
    model: provider.model,
    prompt: prompt.hash,
    repetition,
    status,
    label: named(both ? 'fine' : granularity, answer.label),
    ...(both && { group: named('coarse', answer.group) }),
    raw: redact(raw.slice(0, SEARCHED)).slice(0, LONGEST_RAW),
    ...(raw.length > LONGEST_RAW && { rawLength: raw.length }),
    ...(reason !== undefined && { reason: printable(redact(reason), 300) }),
    ...(reason === CUT_OFF && { maxOutputTokens: prompt.maxOutputTokens }),
    ...(sure && { confidence: Number(confidence.toFixed(6)) }),
    ...(probabilities && {
      probabilities: Object.fromEntries(
        prompt.classes.map((shown, k) => [
          data.hierarchy[granularity === 'coarse' ? 'coarse' : 'fine'][k]!,
          Number((probabilities.get(shown) ?? 0).toFixed(6)),
        ]),
      ),
    }),
    ...(tokens && { tokens }),
    ...(cost !== undefined && { price: cost }),
    latencyMs,
    tries,
    at: new Date().toISOString(),
  };
}
