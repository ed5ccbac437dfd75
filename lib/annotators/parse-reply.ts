import type { Reply } from './annotator';
import type { AnswerParser } from './parse-answer';

/** What a reply says of one image. */
export interface Answer {
  readonly status: 'answered' | 'outside' | 'refused';
  /** Index into the classes, -1 unless answered. */
  readonly label: number;
  /** The part of the text that is about this image. */
  readonly raw: string;
  readonly reason?: string;
}

/** How a model declines in words of its own. */
const declines =
  /\b(?:i['’]?m sorry|i am sorry|i can(?:no|['’])?t (?:help|assist|identify|classify|provide|determine)|i(?:['’]m| am) (?:unable|not able)|as an ai)\b/i;

/** The answer of a reply to a question about one image. */
export function answerOf({ text, refused }: Reply, parse: AnswerParser): Answer {
  if (refused !== undefined) return { status: 'refused', label: -1, raw: text, reason: refused };
  const label = parse(text);
  if (label >= 0) return { status: 'answered', label, raw: text };
  if (declines.test(text.slice(0, 2000)))
    return { status: 'refused', label: -1, raw: text, reason: 'declined in words' };
  return { status: 'outside', label: -1, raw: text };
}

/**
 * The answers of a reply to a question about several images, matched by the number it gives each; undefined for an image
 * that it gives no line or more than one. A refusal answers for no image: they are asked one by one.
 */
export function answersOf(reply: Reply, images: number, parse: AnswerParser): (Answer | undefined)[] {
  if (images === 1) return [answerOf(reply, parse)];
  const lines = reply.refused === undefined ? numbered(reply.text) : [];
  return Array.from({ length: images }, (_, i) => {
    const own = lines.filter(({ number }) => number === i + 1);
    return own.length === 1 ? answerOf({ text: own[0]!.text }, parse) : undefined;
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
  try {
    const value = JSON.parse(text.replace(/^\s*```(?:json)?/i, '').replace(/```\s*$/, '')) as unknown;
    const list = Array.isArray(value) ? (value as unknown[]) : Object.values(value as object).find(Array.isArray);
    return (list as { image?: unknown; class?: unknown }[]).flatMap((entry) =>
      typeof entry?.image === 'number' && typeof entry.class === 'string'
        ? [{ number: entry.image, text: entry.class }]
        : [],
    );
  } catch {
    return undefined;
  }
}
