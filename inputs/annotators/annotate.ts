import { check } from '../../lib/errors';
import type { AnnotateInput, Outcome } from './annotate-input';
import { AnnotateRun } from './annotate-run';
import { batchesOf, planAnswers } from './plan';

export type { AnnotateInput, Outcome } from './annotate-input';

/**
 * Buys the answers that are wanted and not in the journal yet. Every answer is on disk before it counts; which order they
 * come in plays no part; one that is there is never bought again. The first request goes alone, so that what is wrong for
 * all is told once, before anything else is sent.
 * @throws ProviderError for what no request can overcome (the key, the model, the address), InputError for what cannot be;
 * whatever was answered before is in the journal.
 */
export async function annotate(input: AnnotateInput): Promise<Outcome> {
  const { concurrency = input.provider.concurrency ?? 8 } = input;
  check(
    Number.isInteger(concurrency) && concurrency > 0,
    `Unexpected concurrency: ${concurrency}; expected a positive integer`,
  );
  const plan = input.plan ?? (await planAnswers({ ...input, find: (key) => input.journal.find(key) }));
  return new AnnotateRun(input, plan.wanted, plan.known).all(batchesOf(plan.open, input.prompt.batch), concurrency);
}
