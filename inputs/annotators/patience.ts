import { setTimeout as sleep } from 'node:timers/promises';
import { duration } from '../../lib/duration';
import type { Random } from '../../lib/random';
import { ProviderError, sumTokens, type Provider, type AnswerRequest, type Reply, type Tokens } from './provider';
import type { Pace } from './pace';
import { costOf, textTokens, type Price } from './price';
import { printable } from './printable';
import type { Spending } from './spending';

export interface Patience {
  /** Requests for one question at the most: 12; those that the server told to wait only count while it answers nobody. */
  readonly tries: number;
  /** For one request, until the last byte of its answer: 60,000. */
  readonly timeoutMs: number;
  /** Waiting times double from `firstWaitMs` (500) up to `longestWaitMs` (30,000); each is drawn between 0 and that. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** A server that asks to wait longer than this, or has answered nothing for so long, is not waited for: 300,000. */
  readonly longestServerWaitMs: number;
}

export const usualPatience: Patience = {
  tries: 12,
  timeoutMs: 60_000,
  firstWaitMs: 500,
  longestWaitMs: 30_000,
  longestServerWaitMs: 300_000,
};

/** What all requests of a run share. */
export interface Service {
  readonly provider: Provider;
  readonly patience: Patience;
  readonly pace: Pace;
  readonly spending: Spending;
  readonly price: Price | undefined;
  readonly redact: (text: string) => string;
  /** No further request begins. */
  readonly stop: AbortSignal;
  /** Requests in flight are given up. */
  readonly cancel: AbortSignal;
  /** Called as soon as a request has ended, however it did. */
  readonly onRequest: () => void;
  /** Called before a request is waited for once more. */
  readonly onWait?: ((waiting: Waiting) => void) | undefined;
  /** When the last reply came, by `performance.now()`. */
  lastReply: number;
}

/** Why a question is about to be asked again, and in how many ms. */
export interface Waiting {
  readonly message: string;
  readonly ms: number;
}

export interface Received {
  readonly reply: Reply;
  readonly tries: number;
  readonly latencyMs: number;
  /** Charged for all tries, as far as they were counted. */
  readonly tokens?: Tokens;
}

/** The spending cap allows no further request. */
export class CapReached extends Error {}

/** So many replies to one question that are paid for and hold no answer are enough. */
const PAID_TRIES = 3;

/**
 * Asks until there is a reply: after failures that may pass, with waiting times as by "full jitter" (M. Brooker,
 * "Exponential Backoff And Jitter", AWS Architecture Blog 2015), and never sooner than the server asks for.
 * `imageTokens`: of the question's images, estimated.
 * @throws ProviderError with all secrets taken out; {@link CapReached}; an AbortError when the run stops.
 */
export async function askPatiently(
  service: Service,
  question: AnswerRequest,
  imageTokens: number,
  random: Random,
): Promise<Received> {
  const estimate = { input: textTokens(question.text) + imageTokens, output: question.maxOutputTokens };
  const { patience, stop } = service;
  let tokens: Tokens | undefined;
  let [failures, paid] = [0, 0];
  for (let tries = 1; ; tries++) {
    const { latencyMs, reply, error } = await attempt(service, question, estimate);
    tokens = sumTokens(tokens, reply?.tokens ?? error?.failure.tokens);
    if (reply) {
      service.lastReply = performance.now();
      return { reply, tries, latencyMs, ...(tokens && { tokens }) };
    }
    const silent = performance.now() - service.lastReply > patience.longestServerWaitMs;
    if (error.failure.retryAfterMs === undefined || silent) failures++;
    const { input, output } = error.failure.tokens ?? { input: 0, output: 0 };
    if (input + output > 0 && ++paid === PAID_TRIES) throw error;
    const ms = waitAfter(error, failures, patience, random);
    service.onWait?.({ message: error.message, ms });
    await sleep(ms, undefined, { signal: stop });
  }
}

type Attempt =
  | { readonly latencyMs: number; readonly reply: Reply; readonly error?: undefined }
  | { readonly latencyMs: number; readonly reply?: undefined; readonly error: ProviderError };

/** One request, when its turn comes and if the cap allows it. What it cost, or may have cost, is counted. */
async function attempt(service: Service, question: AnswerRequest, estimate: Tokens): Promise<Attempt> {
  const { provider, pace, patience, price, spending, stop } = service;
  await pace.turn(estimate.input, stop);
  const most = costOf(estimate, price) ?? 0;
  const reserved = await spending.reserve(most);
  if (reserved === undefined) throw new CapReached();
  let charged = 0;
  try {
    stop.throwIfAborted();
    const start = performance.now();
    const elapsed = (): number => Math.round(performance.now() - start);
    try {
      charged = most;
      const reply = await withDeadline(patience.timeoutMs, service.cancel, (signal) => provider.ask(question, signal));
      charged = reply.tokens ? (costOf(reply.tokens, price) ?? 0) : most;
      return { reply, latencyMs: elapsed() };
    } catch (caught) {
      const error = asProviderError(caught, service);
      const { tokens, perhapsCharged } = error.failure;
      if (tokens) charged = costOf(tokens, price) ?? 0;
      else if (!perhapsCharged) charged = 0;
      return { error, latencyMs: elapsed() };
    }
  } finally {
    spending.settle(reserved, charged);
    service.onRequest();
  }
}

/** @throws the failure where there is no point in another try. */
function waitAfter(error: ProviderError, failures: number, patience: Patience, random: Random): number {
  const { kind, retryAfterMs } = error.failure;
  if (kind !== 'transient' || failures >= patience.tries) throw error;
  const jitter =
    random.uniform() * Math.min(patience.longestWaitMs, patience.firstWaitMs * 2 ** Math.max(0, failures - 1));
  if (retryAfterMs === undefined) return jitter;
  if (retryAfterMs > patience.longestServerWaitMs)
    throw new ProviderError(`${error.message}, and asks to wait ${duration(retryAfterMs / 1000)}: try again then`, {
      kind: 'exhausted',
    });
  return retryAfterMs + jitter;
}

/** Runs `work` under a signal that aborts after so many ms, or when `cancel` does. */
async function withDeadline<T>(ms: number, cancel: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  cancel.throwIfAborted();
  const controller = new AbortController();
  const relay = (): void => controller.abort(cancel.reason);
  const timer = setTimeout(() => {
    const words = `No complete answer within ${duration(ms / 1000)}`;
    controller.abort(new ProviderError(words, { kind: 'transient', perhapsCharged: true }));
  }, ms);
  cancel.addEventListener('abort', relay);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
    cancel.removeEventListener('abort', relay);
  }
}

/** The error as users may see it: without secrets. @throws what stands for a run that is cancelled. */
function asProviderError(error: unknown, { cancel, redact }: Service): ProviderError {
  if (cancel.aborted) throw error;
  if (error instanceof ProviderError) return new ProviderError(redact(error.message), error.failure);
  const words = `Unexpected answer: ${printable(redact(error instanceof Error ? error.message : String(error)), 200)}`;
  return new ProviderError(words, { kind: 'transient', perhapsCharged: true });
}
