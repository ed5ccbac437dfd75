import type { BatchEvent } from './events';
import type { Learning, Progress } from './learning';
import type { Fixed } from './project-file';

/**
 * Lets the session learn and choose until a human is asked something, or nothing is left to buy.
 * @param budget of the project, in the prices' unit; absent: no limit.
 */
export async function nextBatch(
  learning: Learning,
  { batch, prices }: Fixed,
  budget: number | null | undefined,
  progress: Progress,
): Promise<BatchEvent> {
  const { session } = learning;
  const event = (ended: string | undefined, images: BatchEvent['images'] = []): BatchEvent => ({
    event: 'batch',
    at: new Date().toISOString(),
    round: session.round,
    images,
    ...(ended !== undefined && { ended }),
    spent: session.money.spent,
    weak: session.records.at(-1)?.weak ?? 0,
  });
  for (;;) {
    progress('learning', 0);
    if (session.labelled) await session.update({ early: true });
    const { spent, left: carried } = session.money;
    const left = (budget ?? Infinity) - spent;
    if (session.isExhausted) return event('every image is labelled or skipped');
    if (left < prices.full) return event('the budget is spent');
    const { images, isOver } = await learning.ask(Math.max(0, Math.min(batch * prices.full, left) - carried), progress);
    if (images.length) return event(undefined, images);
    if (isOver) return event('the strategy finds nothing more to buy');
    // only the annotator's labels were bought: the session learns from them and chooses again
  }
}
