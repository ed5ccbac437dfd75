import type { Learning, PageAction, PageState } from '../page-state';

/** What a connection tells. */
export interface Listener {
  state(state: PageState): void;
  learning(progress: Learning): void;
  /** Whether the server can be heard. */
  connected(is: boolean): void;
}

/** The server's pushed states, and the way to tell it something. Addresses are relative: they lie below the page's token. */
export class Connection {
  private source: EventSource | undefined;

  constructor(private readonly listener: Listener) {
    // a browser allows six connections to a server: tabs that are not seen give theirs back
    document.addEventListener('visibilitychange', () => (document.hidden ? this.close() : this.open()));
    this.open();
  }

  /** @throws Error with the server's words. */
  async act(action: PageAction): Promise<void> {
    const body = JSON.stringify(action);
    const answer = await fetch('act', { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(
      () => undefined,
    );
    if (!answer) throw new Error('The server cannot be reached: this was not kept.');
    const { state, error } = (await answer.json()) as { state?: PageState; error?: string };
    if (state) this.listener.state(state);
    if (error) throw new Error(error);
  }

  private open(): void {
    if (this.source) return;
    const source = new EventSource('events');
    this.source = source;
    source.addEventListener('open', () => this.listener.connected(true));
    source.addEventListener('error', () => {
      this.listener.connected(false);
      if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      this.close();
      setTimeout(() => document.hidden || this.open(), 2000);
    });
    source.addEventListener('state', ({ data }) => this.listener.state(JSON.parse(String(data)) as PageState));
    source.addEventListener('learning', ({ data }) => this.listener.learning(JSON.parse(String(data)) as Learning));
  }

  private close(): void {
    this.source?.close();
    this.source = undefined;
  }
}
