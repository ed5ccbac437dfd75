/** Control characters, line and paragraph separators, and marks that change the direction of text. */
// eslint-disable-next-line no-control-regex -- these are what it is about
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Untrusted text in one line that is safe to print: control characters are written as \\u001b, longer text is cut. Markup
 * is left as it is; who shows it as HTML escapes it.
 */
export function printable(text: string, length = 80): string {
  const cut = text.length > length ? `${text.slice(0, length)}…` : text;
  return cut.replace(unsafe, escaped);
}

/** JSON in one line that holds no control character, not even those that JSON allows, so that a terminal may show it. */
export const printableJson = (value: unknown): string => JSON.stringify(value).replace(unsafe, escaped);

/** A class's name as a prompt lists it: white space of any kind, line breaks among it, becomes one space. */
export const oneLine = (name: string): string => name.replace(unsafe, ' ').replace(/\s+/g, ' ').trim();
