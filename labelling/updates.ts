import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Dataset } from '../lib/data/dataset';
import { check } from '../lib/errors';
import type { Book } from './book';
import { Learning, type Progress } from './learning';
import { nextBatch } from './next-batch';
import type { ProjectSetup } from './project-file';
import type { UpdateOptions } from './project-options';
import type { Said } from './said';
import type { ProjectState } from './state';

/** Learns from what holds, and chooses what people are asked next: one update at a time. */
export class Updates {
  private learning: Promise<Learning> | undefined;
  private updating: Promise<ProjectState> | undefined;
  private judging: Promise<void> = Promise.resolve();

  constructor(
    private readonly setup: ProjectSetup,
    private readonly data: Dataset,
    private readonly out: string,
    private readonly book: Book,
  ) {}

  /** Called again meanwhile, it waits for the same. */
  update(options: UpdateOptions): Promise<ProjectState> {
    this.updating ??= this.next(options).finally(() => (this.updating = undefined));
    return this.updating;
  }

  /** Once the last update's model is judged. */
  judged(): Promise<void> {
    return this.judging;
  }

  /** The session, the images described; with what holds told to it. */
  async learned(progress: Progress): Promise<Learning> {
    await this.judging;
    this.learning ??= Learning.open(this.setup, this.data, this.out, progress);
    const learning = await this.learning.catch((error: Error) => {
      this.learning = undefined;
      throw error;
    });
    const { said } = this.book;
    await learning.tell(paidConflicts(this.book.state(), said));
    await learning.tell(Array.from(said.images(), (image) => [image, said.labelOf(image)] as const));
    return learning;
  }

  async close(): Promise<void> {
    await this.updating?.catch(() => undefined);
    await this.judging;
    await this.learning?.then(({ session }) => session.close()).catch(() => undefined);
  }

  private async next({ early = false, progress = () => {}, judged }: UpdateOptions): Promise<ProjectState> {
    const { book, setup } = this;
    const { batch } = book.state();
    if (!early && batch.some(({ isOpen }) => isOpen)) return book.state();
    check(
      !batch.length || setup.images.some((image) => existsSync(path.join(setup.folder, image))),
      () => `None of the ${setup.images.length} images is in ${setup.folder}; bring the folder back, and go on there`,
    );
    const learning = await this.learned(progress);
    await learning.tell(batch.filter(({ isMissing }) => isMissing).map(({ image }) => [image, null] as const));
    book.ask(await nextBatch(learning, setup.settings, book.money().budget, progress));
    this.judging = this.judge(learning, progress)
      .then(() => judged?.(book.state()))
      .catch((error: Error) => console.warn(`The model could not be judged: ${error.message}`));
    return book.state();
  }

  private async judge(learning: Learning, progress: Progress): Promise<void> {
    const before = this.book.rounds().flatMap((event) => (event.event === 'judged' ? [event.predictions] : []));
    const found = await learning.judge(before, progress);
    if (found) this.book.ask({ event: 'judged', at: new Date().toISOString(), ...found });
  }
}

/** Images that were asked for and that people disagree about: the first label is paid for, and then taken back. */
function* paidConflicts({ batch }: ProjectState, said: Said): Generator<readonly [string, string]> {
  for (const { image } of batch) {
    const { statements, isConflict } = said.verdict(image);
    const first = isConflict && [...statements.values()].find(({ says }) => 'fine' in says)?.says;
    if (first && 'fine' in first) yield [image, first.fine];
  }
}
