import { randomUUID } from 'node:crypto';
import type { MimeBundle } from './nbformat';

/** What one output is made of, for whichever front end shows it. */
export interface DisplayData {
  readonly data: MimeBundle;
  readonly metadata?: Record<string, unknown>;
}

interface TslabConnection {
  lastWriteDisplayData:
    ((content: { data: MimeBundle; metadata: object; transient: object }, update?: boolean) => void) | null;
}

/**
 * The running kernel's way to send display data; outside a kernel there is none. tslab's own `display` sends a single MIME
 * type, so this goes to what lies under it. Found in the kernel's loaded modules, so that nothing is loaded elsewhere.
 */
const kernel = (): TslabConnection['lastWriteDisplayData'] => {
  const loaded = require.cache[require.resolve('tslab/dist/jupyter')];
  return (loaded?.exports as TslabConnection | undefined)?.lastWriteDisplayData ?? null;
};

/** An output on the page that can be changed. */
export interface LiveDisplay {
  update(content: DisplayData): void;
}

/**
 * Shows one output in several MIME types at once, of which each front end picks the richest it trusts. Outside a kernel (a
 * script, a test) its text goes to stdout.
 */
export function display(content: DisplayData): void {
  liveDisplay(content);
}

/** Shows text that was computed: markdown, for sentences that take their numbers and words from a run. */
export const say = (markdown: string): void =>
  display({ data: { 'text/markdown': markdown, 'text/plain': markdown.replaceAll('**', '') } });

/** The same as {@link display}, for an output that will be changed. */
export function liveDisplay(content: DisplayData): LiveDisplay {
  const transient = { display_id: randomUUID() };
  const send = ({ data, metadata = {} }: DisplayData, update: boolean): void => {
    const write = kernel();
    if (write) write({ data, metadata, transient }, update);
    else if (!update && data['text/plain'] !== undefined) console.log(data['text/plain']);
  };
  send(content, false);
  return { update: (changed) => send(changed, true) };
}

/** Text made safe inside HTML elements and quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A value made safe inside a script element: JSON without `<`. */
export const jsonForScript = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/** Whether the cells run where nobody looks on: `npm start`, `npm run execute`. */
export const isHeadless = (): boolean => Boolean(process.env['NOTEBOOK_HEADLESS']);
