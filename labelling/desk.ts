import { duration } from '../lib/duration';
import { LearningPace } from './learning-pace';
import type { Learning, PageAction, PageFixed, PageState } from './page-state';
import { factsOf, hintOf, likeliestOf, reasonsOf, saidInWords } from './page-words';
import type { BatchItem, Project, ProjectState, Statement } from './project';
import { Refusal } from './refusal';

/** Hears every new state, and how far the model is. */
export type Listener = (event: 'state' | 'learning', data: PageState | Learning) => void;

/** As many as can be looked at before they are needed. */
const AHEAD = 3;

export interface DeskOptions {
  /** Whose labels are given: default "me". */
  readonly by?: string;
  /** Whether the page offers to finish before all is labelled. */
  readonly canFinish?: boolean;
}

/**
 * What all pages of one server work on: a project, one person, and the learning that begins by itself when a batch is done.
 */
export class Desk {
  readonly fixed: PageFixed;
  /** Resolves when the user has finished, or nothing is left to ask. */
  readonly finished: Promise<void>;
  private finish!: () => void;
  private readonly by: string;
  private readonly listeners = new Set<Listener>();
  private readonly numbers: ReadonlyMap<string, number>;
  private readonly pace = new LearningPace();
  private version = 0;
  private done = 'Ready.';
  private learning: Learning | undefined;
  private failure: string | undefined;
  /** One action after the other. */
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly project: Project,
    { by = 'me', canFinish = false }: DeskOptions = {},
  ) {
    this.by = by;
    const { images, classes, setup } = project;
    this.numbers = new Map(images.map((image, i) => [image, i]));
    this.finished = new Promise((resolve) => (this.finish = resolve));
    this.fixed = {
      title: setup.title,
      canFinish,
      classes: classes.map(({ fine, coarse }) => ({ name: fine, ...(coarse !== fine && { group: coarse }) })),
    };
    if (!next(project.state())) this.learn(); // also what has ended: there may be more images or money since
  }

  /** Tells `listener` every change from now on. @returns what ends that. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** What the page shows now. */
  state(): PageState {
    const state = this.project.state();
    const { batch, ended, advice } = state;
    const { last, learning, failure, version, done } = this;
    const item = learning ? undefined : next(state);
    const phase = learning ? 'learning' : item ? 'labelling' : failure === undefined ? 'ended' : 'failed';
    const open = batch.filter(({ isOpen }) => isOpen);
    const [answered, total] = [batch.length - open.length, batch.length];
    return {
      version,
      phase,
      done,
      facts: factsOf(state),
      batch: { done: answered, total, words: total ? `Batch ${state.round}: ${answered} of ${total}` : '' },
      upcoming: open.slice(1, 1 + AHEAD).map(({ image }) => this.numbers.get(image)!),
      ...(item && { item: this.item(item, state) }),
      ...(last && !learning && { last: saidInWords(last.says, last.image) }),
      ...(learning && { learning }),
      ...(phase === 'failed' && { message: failure }),
      ...(phase === 'ended' && { message: `${sentence(ended ?? 'nothing is left to ask')} ${this.effort(state)}` }),
      ...(advice && { advice: sentence(advice.words) }),
    };
  }

  /**
   * Does what a page asks for, after what was asked before.
   * @returns the state afterwards.
   * @throws Refusal for what cannot be done, e.g. a label for an image that another tab has labelled meanwhile.
   */
  act(action: PageAction): Promise<PageState> {
    const work = this.queue.then(() => this.perform(action));
    this.queue = work.catch(() => undefined);
    return work;
  }

  private get last() {
    return this.project.last(this.by);
  }

  private async perform(action: PageAction): Promise<PageState> {
    const before = this.project.state();
    if (action.do === 'finish') this.finish();
    else if (action.do === 'learn') this.learn();
    else if (this.learning) throw new Refusal(409, 'The model is learning; go on when it has learned.');
    else if (action.do === 'undo') this.undo();
    else await this.note(action, before);
    if (!this.learning && !next(this.project.state()) && next(before)) this.learn();
    return this.publish();
  }

  private undo(): void {
    const { last } = this;
    if (!last) throw new Refusal(409, 'There is nothing to take back.');
    this.project.undo(this.by);
    this.done = `Taken back: ${saidInWords(last.says, last.image)}`;
  }

  private async note(action: PageAction, { batch }: ProjectState): Promise<void> {
    const says = this.statement(action);
    const number = 'image' in action && Number.isInteger(action.image) ? action.image : -1;
    const image = this.project.images[number];
    if (!says || image === undefined) throw new Refusal(400, `Unexpected action: ${JSON.stringify(action)}`);
    if (!batch.some((item) => item.image === image && item.isOpen))
      throw new Refusal(409, `${image} is not asked about any more: it was answered in another tab, or is gone.`);
    await this.project.label(image, says, this.by);
    this.done = saidInWords(says, image);
  }

  private statement(action: PageAction): Statement | undefined {
    if (action.do === 'skip') return { skip: true };
    if (action.do === 'not-in-list') return { notInList: true };
    const given = action.do === 'label' ? action.fine : undefined;
    const known = typeof given === 'number' ? this.project.classes[given] : undefined;
    return known && { fine: known.fine };
  }

  /** Begins to learn, if it has not begun; pages are told how far it is, and when there is a new batch. */
  private learn(): void {
    if (this.learning) return;
    this.pace.begin();
    this.failure = undefined;
    this.learning = { share: 0, words: 'Starting' };
    void this.project
      .update({
        progress: (stage, share) => {
          if (!this.learning) return; // the model is judged while the next batch is labelled
          this.learning = this.pace.at(stage, share);
          this.tell('learning', this.learning);
        },
        judged: () => void this.publish(),
      })
      .then(
        ({ ended, round }) => {
          this.pace.end();
          this.done = ended === undefined ? `Batch ${round} is chosen.` : sentence(ended);
          if (ended !== undefined) this.finish();
        },
        (error: Error) => (this.failure = error.message),
      )
      .then(() => {
        this.learning = undefined;
        this.publish();
      });
  }

  private item(item: BatchItem, state: ProjectState): PageState['item'] {
    const { image } = item;
    const likeliest = likeliestOf(item, this.project.classes.length);
    const index = new Map(this.project.classes.map(({ fine }, k) => [fine, k]));
    const hint = hintOf(item, this.project.setup.settings.annotator);
    return {
      image: this.numbers.get(image)!,
      path: image,
      why: reasonsOf(item, state, this.project.setup),
      likeliest: likeliest.map(({ fine, probability }) => ({ fine: index.get(fine)!, probability })),
      ...(hint && { hint }),
    };
  }

  private effort({ labelled, cost }: ProjectState): string {
    return `${labelled} images are labelled${cost.minutes ? `, in ${duration(60 * cost.minutes)}` : ''}.`;
  }

  private publish(): PageState {
    this.version++;
    const state = this.state();
    this.tell('state', state);
    return state;
  }

  private tell(event: 'state' | 'learning', data: PageState | Learning): void {
    for (const listener of this.listeners) listener(event, data);
  }
}

/** The image that is asked about. */
const next = ({ batch }: ProjectState): BatchItem | undefined => batch.find(({ isOpen }) => isOpen);

const sentence = (words: string): string => `${words[0]!.toUpperCase()}${words.slice(1)}.`;
