import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** A message of the Jupyter protocol 5.3 (https://jupyter-client.readthedocs.io/en/stable/messaging.html). */
export interface Message {
  readonly header: Header;
  readonly parent: Partial<Header>;
  readonly content: Record<string, unknown>;
}

export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

const delimiter = '<IDS|MSG>';

/** A new request of a client's session. */
export function createMessage(type: string, content: Record<string, unknown>, session: string): Message {
  const date = new Date().toISOString();
  const header = { msg_id: randomUUID(), msg_type: type, session, username: 'executor', date, version: '5.3' };
  return { header, parent: {}, content };
}

/** The frames to send: delimiter, HMAC-SHA256 signature, header, parent header, metadata, content. */
export function encode(message: Message, key: string): string[] {
  const parts = [message.header, message.parent, {}, message.content].map((part) => JSON.stringify(part));
  return [delimiter, sign(parts, key), ...parts];
}

/** A message from its frames, after any routing frames. @throws Error if it is no message or its signature is wrong. */
export function decode(frames: readonly Buffer[], key: string): Message {
  const start = frames.findIndex((frame) => frame.toString() === delimiter);
  const [signature, ...parts] = frames.slice(start + 1);
  if (start < 0 || !signature || parts.length < 4) throw new Error('Received something that is no Jupyter message');
  const expected = Buffer.from(sign(parts.slice(0, 4), key));
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
    throw new Error('Received a Jupyter message with a wrong signature');
  const [header, parent, , content] = parts.map((part) => JSON.parse(part.toString()) as unknown);
  return { header, parent, content } as Message;
}

function sign(parts: readonly (string | Buffer)[], key: string): string {
  const hash = createHmac('sha256', key);
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
