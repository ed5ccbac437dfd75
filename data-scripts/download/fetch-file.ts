import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { check, InputError } from '../../lib/errors';
import type { OnBytes } from './checksum';
import { bodyOf, request } from './request';

export interface FetchOptions {
  /** Size that is known beforehand. */
  readonly bytes?: number;
  readonly onBytes?: OnBytes;
  /** Milliseconds without a byte after which a connection counts as lost: 60,000. */
  readonly patience?: number;
  /** Milliseconds before the first new attempt, doubled before each further one: 1,000. */
  readonly wait?: number;
  /** Told of lost connections. */
  readonly warn?: (message: string) => void;
}

/** What lies beside a part of a file, to go on with it: whose part it is. */
interface PartState {
  readonly url: string;
  /** A strong ETag, or the time of the last change, as the server gave it. */
  readonly validator?: string;
  readonly total?: number;
}

const ATTEMPTS = 5;

/**
 * Downloads `url` to `file`, which holds a part of it until then, with its origin in `<file>.json`. A lost connection, or
 * a part that an earlier run left, is gone on with where the server can (HTTP ranges) and its file is still the same;
 * else the download begins again. Attempts end after five in a row that brought nothing.
 * @throws InputError naming the address and what was wrong; what was fetched stays for the next run.
 */
export async function fetchFile(url: string, file: string, options: FetchOptions = {}): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  let wait = options.wait ?? 1000;
  for (let failures = 0; ;) {
    const before = sizeOf(file);
    try {
      await attempt(url, file, options);
      return;
    } catch (error) {
      if (error instanceof InputError) throw error;
      if (error instanceof StalePart) await discard(file);
      const { message } = error as Error;
      if (sizeOf(file) > before) [failures, wait] = [0, options.wait ?? 1000];
      if (++failures === ATTEMPTS)
        throw new InputError(
          `${url} could not be fetched (${message}); the ${sizeOf(file)} bytes so far are kept: run the command again to ` +
            'go on, or give a mirror by --url, or a file by --from',
        );
      options.warn?.(`${message}; trying again`);
      await pause(wait);
      wait *= 2;
    }
  }
}

async function attempt(url: string, file: string, options: FetchOptions): Promise<void> {
  const state = readState(file);
  const known = state?.url === url ? state : undefined;
  const have = known ? sizeOf(file) : 0;
  if (have > 0 && have === known?.total) return;
  const resume = have > 0 && { range: `bytes=${have}-`, ...(known?.validator && { 'if-range': known.validator }) };
  const answer = await request(url, resume || {}, options.patience ?? 60_000);
  const body = bodyOf(answer);
  const { from, total } = placeOf(answer, have, known, url);
  if (options.bytes !== undefined && total !== undefined && total !== options.bytes) {
    answer.destroy();
    throw new InputError(
      `${url} has ${total} bytes, not ${options.bytes}: another file; if you trust it, say so by --md5 SUM`,
    );
  }
  if (from === 0) {
    await rm(file, { force: true });
    await writeFile(stateFile(file), JSON.stringify({ url, ...validatorOf(answer), ...(total && { total }) }));
  }
  await receive(body, file, from, total ?? options.bytes, options.onBytes);
  if (total !== undefined && sizeOf(file) < total)
    throw new Error(`the connection ended at byte ${sizeOf(file)} of ${total}`);
}

/** Where an answer's body belongs, and the size of the whole. */
function placeOf(
  answer: IncomingMessage,
  have: number,
  known: PartState | undefined,
  url: string,
): { from: number; total: number | undefined } {
  const { statusCode: status = 0, headers } = answer;
  if (status === 200) return { from: 0, total: numberIn(headers['content-length']) };
  const [, start, all] = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
  const [from, total] = [numberIn(start), numberIn(all)];
  if (status === 206 && from === have && total !== undefined && (known?.total ?? total) === total)
    return { from, total };
  answer.destroy();
  if (status === 206 || status === 416) {
    if (status === 206 && have === 0)
      throw new InputError(`${url} answered with a part that was not asked for; use another --url`);
    throw new StalePart('what lies here is a part of another file');
  }
  const trouble = `${url} answered ${status} ${answer.statusMessage ?? ''}`.trim();
  if (status === 429 || status >= 500) throw new Error(trouble);
  throw new InputError(`${trouble}; check the address, or give a mirror by --url, or a file by --from`);
}

class StalePart extends Error {}

/** Removes a part and what is known of it. */
async function discard(file: string): Promise<void> {
  await rm(file, { force: true });
  await rm(stateFile(file), { force: true });
}

async function receive(
  body: AsyncIterable<Buffer>,
  file: string,
  from: number,
  most: number | undefined,
  onBytes: OnBytes | undefined,
): Promise<void> {
  const handle = await open(file, from ? 'r+' : 'w');
  try {
    let done = from;
    for await (const chunk of body) {
      check(
        most === undefined || done + chunk.length <= most,
        `More than the ${most} bytes expected came; use another --url`,
      );
      await handle.write(chunk, 0, chunk.length, done);
      done += chunk.length;
      onBytes?.(done, most);
    }
  } finally {
    await handle.close();
  }
}

const stateFile = (file: string): string => `${file}.json`;
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
const numberIn = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

function readState(file: string): PartState | undefined {
  if (!existsSync(file) || !existsSync(stateFile(file))) return undefined;
  try {
    return JSON.parse(readFileSync(stateFile(file), 'utf8')) as PartState;
  } catch {
    return undefined; // cut short when it was written: nothing is known of the part
  }
}

/** Only a strong validator may be sent with If-Range (RFC 9110, section 13.1.5). */
function validatorOf({ headers }: IncomingMessage): { validator?: string } {
  const validator = headers.etag?.startsWith('"') ? headers.etag : headers['last-modified'];
  return validator === undefined ? {} : { validator };
}
