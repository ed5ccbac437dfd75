import { existsSync } from 'node:fs';
import path from 'node:path';
import { imageHash } from '../inputs/annotators/image-hash';
import type { Dataset } from '../lib/data/dataset';
import { inParallel } from '../lib/data/over-pictures';
import { check } from '../lib/errors';
import { Lock } from '../lib/lock';
import type { EventFile, LabelEvent, RoundEvent, SaidEvent, Statement } from './events';
import { openEvents } from './events';
import { Learning, type Progress } from './learning';
import { Names } from './names';
import { nextBatch } from './next-batch';
import { keyOf, Said, type Verdict } from './said';
import { datasetOf, projectFolder, type ProjectSetup } from './project-file';
import type { GivenStatement, OpenOptions, UpdateOptions } from './project-options';
import { openSetup } from './setup';
import { budgetOf, stateOf, type ProjectState } from './state';

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
    const project = new Project(setup, out, lock, openEvents(out, 'labels'), openEvents(out, 'batches'));
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
  private readonly said: Said;
  private readonly names: Names;
  private learning: Promise<Learning> | undefined;
  private updating: Promise<ProjectState> | undefined;
  private judging: Promise<void> = Promise.resolve();

  constructor(
    readonly setup: ProjectSetup,
    readonly out: string,
    private readonly lock: Lock,
    private readonly labels: EventFile<LabelEvent>,
    private readonly batches: EventFile<RoundEvent>,
  ) {
    this.classes = setup.classes.map(([fine, coarse]) => ({ fine, coarse }));
    this.data = datasetOf(setup);
    this.said = new Said(labels.events);
    this.names = new Names(setup);
  }

  /** How the labelling stands; cheap. */
  state(): ProjectState {
    return stateOf(this.setup, this.said, this.labels.events, this.batches.events);
  }

  /** Paths below the folder, as they were when the project was begun. */
  get images(): readonly string[] {
    return this.setup.images;
  }

  /** What people say of an image, and what holds. */
  verdict(image: string): Verdict {
    return this.said.verdict(image);
  }

  /** The class that holds: what people agree on, or what was known beforehand while nobody says anything. */
  labelOf(image: string): string | undefined {
    const { holds, isConflict } = this.said.verdict(image);
    if (holds) return 'fine' in holds ? holds.fine : undefined;
    const { known } = this.setup;
    return !isConflict && Object.hasOwn(known, image) ? known[image] : undefined;
  }

  /** What somebody said last and has not taken back: what {@link undo} would take back. */
  last(by: string): SaidEvent | undefined {
    return this.said.last(by);
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
    const hashes = await this.hashes([...new Set(wanted.map(({ image }) => image))]);
    const at = new Date().toISOString();
    const events = new Map<string, SaidEvent>();
    wanted.forEach(({ image, says, by, adjudicate }) => {
      const before = this.said.verdict(image).statements.get(by);
      if (before && keyOf(before.says) === keyOf(says) && (before.adjudicate || !adjudicate)) return;
      events.set(JSON.stringify([image, by]), {
        event: before ? 'edit' : 'label',
        image,
        says,
        by,
        at,
        ...(hashes.has(image) && { hash: hashes.get(image)! }),
        ...(adjudicate && { adjudicate }),
      });
    });
    this.add(...events.values());
    return this.state();
  }

  /** Takes back the last thing that somebody said and that stands. @throws InputError if there is nothing. */
  undo(by: string): ProjectState {
    const last = this.said.last(by);
    check(last, `There is nothing of ${by} to undo`);
    this.add({ event: 'undo', image: last.image, by, at: new Date().toISOString() });
    return this.state();
  }

  /** Sets the budget or the price of a label anew, where they are given and differ. */
  allow({ budget, pricePerLabel }: Pick<OpenOptions, 'budget' | 'pricePerLabel'>): void {
    for (const [name, value] of Object.entries({ budget, pricePerLabel }))
      check(
        value === undefined || value === null || (Number.isFinite(value) && value > 0),
        `Unexpected ${name}: ${value}; expected a number above 0`,
      );
    const now = budgetOf(this.labels.events);
    const event = {
      ...(budget !== undefined && budget !== now.budget && { budget }),
      ...(pricePerLabel !== undefined && pricePerLabel !== now.pricePerLabel && { pricePerLabel }),
    };
    if (Object.keys(event).length) this.add({ event: 'money', at: new Date().toISOString(), ...event });
  }

  /**
   * Once a batch is labelled: learns from all that holds and chooses the next batch; how good the model is by now is found out
   * behind the labelling of that one ({@link judged}). While a batch is open it does nothing, unless `early`. Called again
   * meanwhile, it waits for the same.
   */
  update(options: UpdateOptions = {}): Promise<ProjectState> {
    this.updating ??= this.learn(options).finally(() => (this.updating = undefined));
    return this.updating;
  }

  /** The state once the last update's model is judged. */
  async judged(): Promise<ProjectState> {
    await this.judging;
    return this.state();
  }

  /** The session, the images described; with what holds told to it. */
  async learned(progress: Progress = () => {}): Promise<Learning> {
    await this.judging;
    this.learning ??= Learning.open(this.setup, this.data, this.out, progress);
    const learning = await this.learning.catch((error: Error) => {
      this.learning = undefined;
      throw error;
    });
    await learning.tell(this.paidConflicts());
    await learning.tell(Array.from(this.said.images(), (image) => [image, this.holds(image)] as const));
    return learning;
  }

  /** Ends all that is open, and lets other processes have the project. */
  async close(): Promise<void> {
    await this.updating?.catch(() => undefined);
    await this.judging;
    await this.learning?.then(({ session }) => session.close()).catch(() => undefined);
    this.labels.close();
    this.batches.close();
    this.lock.release();
  }

  private async learn({ early = false, progress = () => {}, judged }: UpdateOptions = {}) {
    const { batch } = this.state();
    if (!early && batch.some(({ isOpen }) => isOpen)) return this.state();
    check(
      !batch.length || this.images.some((image) => existsSync(path.join(this.setup.folder, image))),
      () =>
        `None of the ${this.images.length} images is in ${this.setup.folder}; bring the folder back, and go on there`,
    );
    const learning = await this.learned(progress);
    await learning.tell(batch.filter(({ isMissing }) => isMissing).map(({ image }) => [image, null] as const));
    this.batches.add(await nextBatch(learning, this.setup.settings, budgetOf(this.labels.events).budget, progress));
    const before = this.batches.events.flatMap((event) => (event.event === 'judged' ? [event.predictions] : []));
    this.judging = learning
      .judge(before, progress)
      .then((found) => {
        if (found) this.batches.add({ event: 'judged', at: new Date().toISOString(), ...found });
        judged?.(this.state());
      })
      .catch((error: Error) => console.warn(`The model could not be judged: ${error.message}`));
    return this.state();
  }

  /** What is to be learned of an image: see {@link Said.verdict}. */
  private holds(image: string): string | null | undefined {
    const { holds } = this.said.verdict(image);
    return holds === undefined ? undefined : 'fine' in holds ? holds.fine : null;
  }

  /** Images that were asked for and that people disagree about: the first label is paid for, and then taken back. */
  private *paidConflicts(): Generator<readonly [string, string]> {
    for (const { image } of this.state().batch) {
      const { statements, isConflict } = this.said.verdict(image);
      const first = isConflict && [...statements.values()].find(({ says }) => 'fine' in says)?.says;
      if (first && 'fine' in first) yield [image, first.fine];
    }
  }

  private add(...events: readonly LabelEvent[]): void {
    if (!events.length) return;
    this.labels.add(...events);
    events.forEach((event) => this.said.apply(event));
  }

  /** None of a file that is gone or cannot be read: something can be said of it all the same. */
  private async hashes(images: readonly string[]): Promise<Map<string, string>> {
    const found = await inParallel(images, (image) => imageHash(this.data.pool, this.names.index(image)));
    return new Map(
      images.flatMap((image, i) => {
        const hash = found[i];
        return typeof hash === 'string' ? [[image, hash] as const] : [];
      }),
    );
  }
}
