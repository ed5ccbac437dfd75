import { OUTSIDE, REFUSED } from '../../lib/data/answer-code';
import type { Reply } from './provider';
import { jsonIn } from './parse-answer';
import type { Named, Reader } from './parse-both';

/** What a reply says of one image: a class or a code, and why where it is refused. */
export interface Answer extends Named {
  /** The part of the text that is about this image. */
  readonly raw: string;
  readonly reason?: string;
}

/** An answer in the journal's word. */
export const statusOf = ({ label, group = OUTSIDE }: Named): 'answered' | 'outside' | 'refused' =>
  Math.max(label, group) >= 0 ? 'answered' : label === REFUSED ? 'refused' : 'outside';

/** How a model declines in words of its own. */
const declines =
  /\b(?:i['’]?m sorry|i am sorry|i can(?:no|['’])?t (?:help|assist|identify|classify|provide|determine)|i(?:['’]m| am) (?:unable|not able)|as an ai)\b/i;

/** What was thought aloud before the answer. */
const thought = /^[^]*<\/think(?:ing)?>/i;

/** The answer of a reply to a question about one image. */
export function answerOf({ text, refused }: Reply, read: Reader): Answer {
  if (refused !== undefined) return { label: REFUSED, raw: text, reason: refused };
  const said = text.replace(thought, '');
  const named = read(said);
  if (statusOf(named) === 'outside' && declines.test(said.slice(0, 2000)))
    return { label: REFUSED, raw: text, reason: 'declined in words' };
  return { ...named, raw: text };
}

/**
 * The answers of a reply to a question about several images, matched by the number it gives each; undefined for an image
 * that it gives no line or more than one. A refusal answers for no image: they are asked one by one.
 */
export function answersOf(reply: Reply, images: number, read: Reader): (Answer | undefined)[] {
  if (images === 1) return [answerOf(reply, read)];
  const lines = reply.refused === undefined ? numbered(reply.text.replace(thought, '')) : [];
  return Array.from({ length: images }, (_, i) => {
    const own = lines.filter(({ number }) => number === i + 1);
    return own.length === 1 ? answerOf({ text: own[0]!.text }, read) : undefined;
  });
}

interface Numbered {
  readonly number: number;
  readonly text: string;
}

/** "3: name" lines, or JSON [{"image": 3, "class": "name"}], bare or as the one field of an object. */
function numbered(text: string): Numbered[] {
  return (
    numberedJson(text) ??
    [...text.matchAll(/^[\s>*#-]*(?:image\s*)?#?(\d{1,4})\s*[.:)–-]+[*\s]*(.+)$/gim)].map(([, number, name]) => ({
      number: Number(number),
      text: name!,
    }))
  );
}

function numberedJson(text: string): Numbered[] | undefined {
  const value = jsonIn(text) ?? {};
  const list = Array.isArray(value) ? (value as unknown[]) : Object.values(value).find(Array.isArray);
  return (list as ({ image?: unknown; class?: unknown; group?: unknown } | null)[] | undefined)?.flatMap((entry) =>
    typeof entry?.image === 'number' && typeof entry.class === 'string'
      ? [{ number: entry.image, text: entry.group === undefined ? entry.class : JSON.stringify(entry) }]
      : [],
  );
}
