import type { LabelEvent, SaidEvent, Statement } from './events';

/** What all say of one image, and what holds. */
export interface Verdict {
  /** By person, in the order in which they first spoke. */
  readonly statements: ReadonlyMap<string, SaidEvent>;
  /** What holds; undefined: nobody says anything (any more), or they disagree evenly. */
  readonly holds: Statement | undefined;
  readonly isConflict: boolean;
  /** The event that settled it, of those that say what holds the latest. */
  readonly decided?: SaidEvent;
}

/**
 * What people said, from the events. Each person's last statement about an image counts. The latest adjudication holds,
 * else what more people say than anything else; where they disagree evenly, nothing holds until somebody adjudicates.
 */
export class Said {
  /** Image -> statements that stand, oldest first. */
  private readonly byImage = new Map<string, SaidEvent[]>();
  /** Person -> their statements that stand, oldest first. */
  private readonly byPerson = new Map<string, SaidEvent[]>();

  constructor(events: Iterable<LabelEvent> = []) {
    for (const event of events) this.apply(event);
  }

  apply(event: LabelEvent): void {
    if (event.event === 'money') return;
    const own = this.byPerson.get(event.by) ?? [];
    const ofImage = this.byImage.get(event.image) ?? [];
    this.byPerson.set(event.by, own);
    this.byImage.set(event.image, ofImage);
    if (event.event === 'undo') {
      const last = own.pop();
      if (last) ofImage.splice(ofImage.indexOf(last), 1);
      if (!ofImage.length) this.byImage.delete(event.image);
    } else {
      own.push(event);
      ofImage.push(event);
    }
  }

  /** A person's last statement that stands: what an undo would take back. */
  last(by: string): SaidEvent | undefined {
    return this.byPerson.get(by)?.at(-1);
  }

  /** Images that somebody says something of. */
  images(): Iterable<string> {
    return this.byImage.keys();
  }

  /** The class that holds; null: it cannot be labelled; undefined: nothing holds. */
  labelOf(image: string): string | null | undefined {
    const { holds } = this.verdict(image);
    return holds === undefined ? undefined : 'fine' in holds ? holds.fine : null;
  }

  verdict(image: string): Verdict {
    const statements = new Map<string, SaidEvent>();
    const said = this.byImage.get(image) ?? [];
    for (const event of said) statements.set(event.by, event);
    const all = said.filter((event) => statements.get(event.by) === event);
    const adjudicated = all.filter(({ adjudicate }) => adjudicate).at(-1);
    if (adjudicated) return { statements, holds: adjudicated.says, isConflict: false, decided: adjudicated };
    const votes = new Map<string, SaidEvent[]>();
    for (const event of all) {
      const key = keyOf(event.says);
      votes.set(key, [...(votes.get(key) ?? []), event]);
    }
    const [first, second] = [...votes.values()].sort((a, b) => b.length - a.length);
    if (!first) return { statements, holds: undefined, isConflict: false };
    if (second?.length === first.length) return { statements, holds: undefined, isConflict: true };
    const decided = first.reduce((latest, event) => (event.at > latest.at ? event : latest));
    return { statements, holds: decided.says, isConflict: false, decided };
  }
}

/** Equal for equal statements. */
export const keyOf = (says: Statement): string =>
  'fine' in says ? `=${says.fine}` : 'skip' in says ? 'skip' : 'not in list';
