import path from 'node:path';
import type { Dataset } from '../lib/data/dataset';
import { check } from '../lib/errors';
import { Lock } from '../lib/lock';
import { Book } from './book';
import type { SaidEvent, Statement } from './events';
import type { Learning, Progress } from './learning';
import { moneyEvent, type Money } from './money';
import { Names } from './names';
import { datasetOf, projectFolder, type ProjectSetup } from './project-file';
import type { GivenStatement, OpenOptions, UpdateOptions } from './project-options';
import type { Verdict } from './said';
import { openSetup } from './setup';
import type { ProjectState } from './state';
import { hashesOf, statementEvents } from './statements';
import { Updates } from './updates';

export type { Progress } from './learning';
export type { ProjectOptions } from './project-file';
export type { GivenStatement, OpenOptions, UpdateOptions } from './project-options';
export type { BatchItem, ProjectState } from './state';
export type { Statement } from './events';

/**
 * Labelling of a folder: what to label next, what people say, what is learned. All is kept in the project's folder, in files
 * that only grow: killed at any moment, a project goes on where it was. Nothing is described or learned before the
 * first {@link Project.update}.
 * @example
 * const project = await openProject({ folder: 'photos', classes: 'hierarchy.csv' });
 * await project.update();
 * const { batch } = project.state();
 * await project.label(batch[0]!.image, { fine: 'pug' }, 'ann');
 * @throws InputError for a setup that cannot be, or a project that another process has open.
 */
export async function openProject(options: OpenOptions): Promise<Project> {
  const out = projectFolder(options);
  const lock = Lock.acquire(path.join(out, 'project.lock'), out, 'or label on the page that it serves');
  try {
    const setup = await openSetup(options);
    const project = new Project(setup, out, lock);
    project.allow(options);
    return project;
  } catch (error) {
    lock.release();
    throw error;
  }
}

export class Project {
  /** Fine classes with their groups, in the hierarchy's order. */
  readonly classes: readonly { readonly fine: string; readonly coarse: string }[];
  readonly data: Dataset;
  private readonly names: Names;
  private readonly book: Book;
  private readonly updates: Updates;

  constructor(
    readonly setup: ProjectSetup,
    readonly out: string,
    private readonly lock: Lock,
  ) {
    this.classes = setup.classes.map(([fine, coarse]) => ({ fine, coarse }));
    this.data = datasetOf(setup);
    this.names = new Names(setup);
    this.book = new Book(setup, out);
    this.updates = new Updates(setup, this.data, out, this.book);
  }

  /** How the labelling stands; cheap. */
  state(): ProjectState {
    return this.book.state();
  }

  /** Paths below the folder, as they were when the project was begun. */
  get images(): readonly string[] {
    return this.setup.images;
  }

  /** What people say of an image, and what holds. */
  verdict(image: string): Verdict {
    return this.book.said.verdict(image);
  }

  /** The class that holds: what people agree on, or what was known beforehand while nobody says anything. */
  labelOf(image: string): string | undefined {
    const { holds, isConflict } = this.book.said.verdict(image);
    if (holds) return 'fine' in holds ? holds.fine : undefined;
    const { known } = this.setup;
    return !isConflict && Object.hasOwn(known, image) ? known[image] : undefined;
  }

  /** What somebody said last and has not taken back: what {@link undo} would take back. */
  last(by: string): SaidEvent | undefined {
    return this.book.said.last(by);
  }

  /** Where an image of the project lies. @throws InputError for anything else. */
  imagePath(image: string): string {
    return path.join(this.setup.folder, this.names.image(image));
  }

  /**
   * Notes what somebody says of an image, in place of what they said of it before. The same again changes nothing.
   * @throws InputError, and nothing is noted, for an image or a class that the project has not, with the nearest names.
   */
  label(image: string, says: Statement, by: string): Promise<ProjectState> {
    return this.labelAll([{ image, says, by }]);
  }

  /** The same for many at once: all of them are noted, or none; of two by one person about one image the last. */
  async labelAll(given: readonly GivenStatement[]): Promise<ProjectState> {
    const wanted = this.names.checked(given);
    const hashes = await hashesOf(
      this.data.pool,
      this.names,
      wanted.map(({ image }) => image),
    );
    this.book.say(...statementEvents(wanted, this.book.said, hashes));
    return this.state();
  }

  /** Takes back the last thing that somebody said and that stands. @throws InputError if there is nothing. */
  undo(by: string): ProjectState {
    const last = this.book.said.last(by);
    check(last, `There is nothing of ${by} to undo`);
    this.book.say({ event: 'undo', image: last.image, by, at: new Date().toISOString() });
    return this.state();
  }

  /** Sets the budget or the price of a label anew, where they are given and differ. */
  allow(money: Money): void {
    const event = moneyEvent(money, this.book.money());
    if (event) this.book.say(event);
  }

  /**
   * Once a batch is labelled: learns from all that holds and chooses the next batch; how good the model is by now is found out
   * behind the labelling of that one ({@link judged}). While a batch is open it does nothing, unless `early`. Called again
   * meanwhile, it waits for the same.
   */
  update(options: UpdateOptions = {}): Promise<ProjectState> {
    return this.updates.update(options);
  }

  /** The state once the last update's model is judged. */
  async judged(): Promise<ProjectState> {
    await this.updates.judged();
    return this.state();
  }

  /** The session, the images described; with what holds told to it. */
  learned(progress: Progress = () => {}): Promise<Learning> {
    return this.updates.learned(progress);
  }

  /** Ends all that is open, and lets other processes have the project. */
  async close(): Promise<void> {
    await this.updates.close();
    this.book.close();
    this.lock.release();
  }
}
