import { setMaxListeners } from 'node:events';
import { REFUSED } from '../../lib/data/answer-code';
import { encodedPicture } from '../../lib/data/pictures';
import { createRandom, type Random } from '../../lib/random';
import type { AnnotateInput, Outcome } from './annotate-input';
import { prefetch } from './prefetch';
import { ProviderError, sumTokens, type ShownImage, type Tokens } from './provider';
import { Gate } from './gate';
import { Pace } from './pace';
import { readerOf, type Reader } from './parse-both';
import { answersOf, statusOf, type Answer } from './parse-reply';
import { askPatiently, CapReached, usualPatience, type Received, type Service } from './patience';
import type { Task } from './plan';
import { lineOf } from './record';
import { redactor } from './redact';
import { Spending } from './spending';

/** So many questions in a row without an answer end the run: the service is down. */
const FAILURES_IN_A_ROW = 10;

/** One run of `annotate`: what is asked, recorded, and why it ended. */
export class AnnotateRun {
  private readonly counts = { answered: 0, outside: 0, refused: 0 };
  private readonly failed: { index: number; message: string }[] = [];
  private readonly stopping = new AbortController();
  private readonly cancelling = new AbortController();
  private readonly first = new Gate();
  private readonly service: Service;
  private readonly read: Reader;
  private readonly redact: (text: string) => string;
  private readonly random: Random;
  /** Rejections before the first success: they may be due to what all requests share. */
  private withheld: { readonly task: Task; readonly error: ProviderError }[] = [];
  private failuresInARow = 0;
  private succeeded: boolean;
  /** Lines on their way to the disk. */
  private readonly unsynced = new Set<Promise<void>>();
  private stopped: Outcome['stopped'];
  private fatal: Error | undefined;

  constructor(
    private readonly input: AnnotateInput,
    private readonly wanted: number,
    private readonly known: number,
  ) {
    const { provider, journal, maxCost = Infinity, patience, price, rate = {}, secrets = [], seed } = input;
    for (const { signal } of [this.stopping, this.cancelling]) setMaxListeners(0, signal); // one a request
    this.succeeded = known > 0;
    this.redact = redactor(secrets);
    this.read = readerOf(input.prompt, input.data.hierarchy, input.synonyms);
    this.random = createRandom(seed).stream('annotate', 'waiting times');
    const ownTime = provider.timeoutMs !== undefined && { timeoutMs: provider.timeoutMs };
    this.service = {
      provider,
      price,
      redact: this.redact,
      patience: { ...usualPatience, ...ownTime, ...patience },
      pace: new Pace(rate),
      spending: new Spending(maxCost, journal.cost),
      stop: this.stopping.signal,
      cancel: this.cancelling.signal,
      onRequest: () => this.first.open(),
      onWait: input.onWait,
      lastReply: performance.now(),
    };
  }

  async all(batches: readonly Task[][], concurrency: number): Promise<Outcome> {
    const { stop } = this.input;
    const stopped = (): void => this.end('signal');
    if (stop?.aborted) stopped();
    stop?.addEventListener('abort', stopped);
    const take = prefetch(batches, concurrency, (tasks) => this.show(tasks));
    const work = async (): Promise<void> => {
      while (!this.stopping.signal.aborted) {
        const next = take();
        if (!next) return;
        await this.handle(next.item, next.ready);
      }
    };
    const later = Array.from({ length: Math.min(concurrency, batches.length) - 1 }, () => this.first.passed.then(work));
    await work().finally(() => this.first.open());
    await Promise.all(later);
    await Promise.all(this.unsynced);
    stop?.removeEventListener('abort', stopped);
    this.fatal ??= this.withheld[0]?.error;
    if (this.fatal) throw this.fatal;
    return this.outcome();
  }

  private outcome(): Outcome {
    const { wanted, known, counts, failed, stopped } = this;
    return { wanted, known, ...counts, failed, cost: this.service.spending.total, ...(stopped && { stopped }) };
  }

  /** Lets no further request begin; those in flight are given up a little later. */
  private end(why: Outcome['stopped']): void {
    if (this.stopping.signal.aborted) return;
    this.stopped = why;
    this.stopping.abort();
    setTimeout(() => this.cancelling.abort(), this.input.graceMs ?? 5000).unref();
  }

  /** Never rejects: what goes wrong is kept, and ends the run if it must. */
  private async handle(tasks: readonly Task[], shown: Promise<ShownImage[]>, carried?: Tokens): Promise<void> {
    try {
      await this.ask(tasks, await shown, carried);
    } catch (error) {
      if (error instanceof CapReached) return this.end('cap');
      if (this.stopping.signal.aborted && !(error instanceof ProviderError) && isAbort(error)) return;
      const kind = error instanceof ProviderError ? error.failure.kind : 'fatal';
      if (kind === 'rejected' && tasks.length > 1) return this.oneByOne(tasks, carried);
      if (kind === 'rejected') return this.rejected(tasks[0]!, error as ProviderError);
      if (kind === 'fatal') return this.giveUp(error);
      for (const { index } of tasks) this.failed.push({ index, message: (error as Error).message });
      if (kind === 'exhausted') this.end('quota');
      else if (++this.failuresInARow >= FAILURES_IN_A_ROW) this.end('down');
      this.input.onProgress?.(this.outcome());
    }
  }

  private giveUp(error: unknown): void {
    this.fatal ??= error instanceof Error ? error : new Error(String(error));
    this.end(undefined);
  }

  /** Asks about some images at once and records what is answered; images left out are asked about one by one. */
  private async ask(tasks: readonly Task[], images: readonly ShownImage[], carried?: Tokens): Promise<void> {
    const { data, provider, prompt } = this.input;
    const question = prompt.question(images, tasks[0]!.repetition);
    const size = data.pool.images;
    const imageTokens = tasks.length * provider.imageTokens(size?.height ?? 512, size?.width ?? 512);
    const random = this.random.stream(tasks[0]!.hash, tasks[0]!.repetition, tasks.length);
    const received = await askPatiently(this.service, question, imageTokens, random);
    this.failuresInARow = 0;
    this.succeeded = true;
    const answers = answersOf(received.reply, tasks.length, this.read);
    const share = sumTokens(carried, shareOf(received.tokens, tasks.length));
    answers.forEach((answer, i) => answer && this.record(tasks[i]!, answer, received, share));
    const withheld = this.withheld;
    this.withheld = [];
    for (const { task, error } of withheld) this.recordRejection(task, error);
    await this.oneByOne(
      tasks.filter((_, i) => !answers[i]),
      share,
    );
  }

  private async oneByOne(tasks: readonly Task[], carried?: Tokens): Promise<void> {
    for (const task of tasks) if (!this.stopping.signal.aborted) await this.handle([task], this.show([task]), carried);
  }

  private show(tasks: readonly Task[]): Promise<ShownImage[]> {
    const { pool } = this.input.data;
    return Promise.all(tasks.map(async ({ index, hash }) => ({ ...(await encodedPicture(pool, index)), index, hash })));
  }

  /** A rejected request is a refusal once another has succeeded; two of them before that mean that all requests are wrong. */
  private rejected(task: Task, error: ProviderError): void {
    if (this.succeeded) return this.recordRejection(task, error);
    this.withheld.push({ task, error });
    if (this.withheld.length > 1) this.giveUp(error);
  }

  private recordRejection(task: Task, error: ProviderError): void {
    const answer: Answer = { label: REFUSED, raw: '', reason: error.message };
    this.record(task, answer, { reply: { text: '' }, tries: 1, latencyMs: 0 });
  }

  /** Writes an answer at once; it counts as soon as it is on disk, and meanwhile the next request may begin. */
  private record(task: Task, answer: Answer, received: Received, tokens?: Tokens): void {
    const line = lineOf(this.input, task, answer, received, tokens, this.redact);
    const counted = (): void => {
      this.counts[statusOf(answer)]++;
      this.input.onProgress?.(this.outcome());
    };
    const synced: Promise<void> = this.input.journal
      .append(line)
      .then(counted, (error: unknown) => this.giveUp(error))
      .finally(() => this.unsynced.delete(synced));
    this.unsynced.add(synced);
  }
}

const shareOf = (tokens: Tokens | undefined, images: number): Tokens | undefined =>
  tokens && { input: tokens.input / images, output: tokens.output / images };

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
