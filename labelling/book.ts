import { openEvents, type EventFile, type LabelEvent, type RoundEvent } from './events';
import { moneyOf, type Money } from './money';
import type { ProjectSetup } from './project-file';
import { Said } from './said';
import { stateOf, type ProjectState } from './state';

/** What people said and what they were asked: in the project's files, and what it comes to. */
export class Book {
  readonly said: Said;
  private readonly labels: EventFile<LabelEvent>;
  private readonly batches: EventFile<RoundEvent>;

  constructor(
    private readonly setup: ProjectSetup,
    out: string,
  ) {
    this.labels = openEvents(out, 'labels');
    this.batches = openEvents(out, 'batches');
    this.said = new Said(this.labels.events);
  }

  state(): ProjectState {
    return stateOf(this.setup, this.said, this.labels.events, this.batches.events);
  }

  money(): Money {
    return moneyOf(this.labels.events);
  }

  rounds(): readonly RoundEvent[] {
    return this.batches.events;
  }

  /** Notes what somebody said or allowed. */
  say(...events: readonly LabelEvent[]): void {
    if (!events.length) return;
    this.labels.add(...events);
    events.forEach((event) => this.said.apply(event));
  }

  /** Notes what was chosen, or how good the model is. */
  ask(event: RoundEvent): void {
    this.batches.add(event);
  }

  close(): void {
    this.labels.close();
    this.batches.close();
  }
}
