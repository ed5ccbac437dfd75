import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { npmRun } from '../../lib/command-line';
import { check, InputError } from '../../lib/errors';
import { Lock } from '../../lib/lock';
import type { Download, Expected, RemoteFile } from './catalogue';
import { verified, WrongFile, type Digest, type OnBytes } from './checksum';
import { extractArchive, type ExtractLimits } from './extract';
import { fetchFile, type FetchOptions } from './fetch-file';

export interface InstallOptions extends Pick<FetchOptions, 'patience' | 'wait' | 'warn'> {
  /** The folder that the download's own folder lies in. */
  readonly root: string;
  /** Instead of the publisher's address: of the file, or of the folder that several files lie in. */
  readonly url?: string;
  /** Instead of a server: a file here, for several the folder that they lie in. */
  readonly from?: string;
  /** Instead of the publisher's sizes and checksums: of the first files, in their order, parted by commas. */
  readonly md5?: string;
  readonly limits?: ExtractLimits;
  /** Called with what is being done and how far it is. */
  readonly onStep?: (step: string) => OnBytes;
}

export interface Installed {
  readonly folder: string;
  /** It was there before; nothing was done. */
  readonly already: boolean;
  /** What each file was found to be. */
  readonly digests: ReadonlyMap<string, Digest>;
}

/**
 * Fetches, verifies and unpacks a download to `<root>/<its folder>`, which appears whole or not at all; until then its
 * parts lie in `<root>/downloads`, where a run that was ended is gone on with.
 * @throws InputError naming what failed and what to do; nothing half-done lies where a loader looks.
 */
export async function install(name: string, download: Download, options: InstallOptions): Promise<Installed> {
  const folder = path.join(options.root, download.folder);
  if (existsSync(folder)) return { folder, already: true, digests: new Map() };
  const own = options.md5?.toLowerCase().split(',') ?? [];
  check(
    own.length <= download.files.length && own.every((sum) => /^[0-9a-f]{32}$/.test(sum)),
    `Unexpected md5: "${options.md5}"; expected 32 hexadecimal digits` +
      (download.files.length > 1 ? `, for up to ${download.files.length} files, with commas between` : ''),
  );
  const parts = path.join(options.root, 'downloads');
  const lock = Lock.acquire(path.join(parts, `${name}.lock`), `The download of ${name}`);
  const partial = path.join(path.dirname(folder), `.${path.basename(folder)}.partial`);
  try {
    await rm(partial, { recursive: true, force: true }); // a killed run's
    const whole = path.join(partial, path.basename(folder));
    await mkdir(whole, { recursive: true });
    const digests = new Map<string, Digest>();
    const fetched: string[] = [];
    for (const [i, file] of download.files.entries()) {
      const expected = expectedOf(file, own[i]);
      const { place, digest } = await provide(name, download, file, expected, options);
      digests.set(file.name, digest);
      if (options.from === undefined) fetched.push(place);
      if (file.archive) {
        const onBytes = options.onStep?.(`unpacking ${file.name}`);
        await extractArchive(place, file.archive.bare ? whole : partial, file.archive, options.limits, onBytes);
      } else await copyFile(place, path.join(whole, file.name));
    }
    await writeFile(path.join(whole, 'source.json'), sourceOf(download, digests, options));
    await rename(whole, folder);
    for (const file of fetched) await rm(file);
    return { folder, already: false, digests };
  } finally {
    await rm(partial, { recursive: true, force: true });
    lock.release();
  }
}

/** An md5 of the user's own stands instead of what the publisher says of a file. */
function expectedOf({ bytes, md5, sha256 }: RemoteFile, own: string | undefined): Expected {
  if (own !== undefined) return { md5: own };
  return { ...(bytes && { bytes }), ...(md5 && { md5 }), ...(sha256 && { sha256 }) };
}

/** A file on this machine, verified: the user's own, or fetched. */
async function provide(
  name: string,
  download: Download,
  file: RemoteFile,
  expected: Expected,
  options: InstallOptions,
): Promise<{ place: string; digest: Digest }> {
  const onVerify = options.onStep?.(`verifying ${file.name}`);
  if (options.from !== undefined) {
    const place = alone(download) ? options.from : path.join(options.from, file.name);
    const found = await stat(place).catch(() => undefined);
    check(found?.isFile(), `There is no file "${place}"; give by --from ${fromMeans(download)}`);
    try {
      return { place, digest: await verified(place, expected, onVerify) };
    } catch (error) {
      if (!(error instanceof WrongFile)) throw error;
      throw new InputError(`${error.message}; if you trust it, say so by --md5 SUM`);
    }
  }
  const place = path.join(options.root, 'downloads', `${name}-${file.name}`);
  if (!existsSync(place)) await fetchTo(download, file, expected, place, options);
  return { place, digest: await accepted(name, download, place, expected, onVerify) };
}

async function fetchTo(
  download: Download,
  file: RemoteFile,
  expected: Expected,
  place: string,
  { url: base, patience, wait, warn, onStep }: InstallOptions,
): Promise<void> {
  const url = base === undefined ? file.url : addressOf(base, download, file);
  check(
    url.startsWith('https:') || expected.md5 || expected.sha256,
    `Nothing is known to verify ${file.name} by, so that it is only fetched over https, not from ${url}; ` +
      'give an https --url, or the file by --from',
  );
  const part = `${place}.part`;
  const onBytes = onStep?.(`fetching ${file.name}`);
  await fetchFile(url, part, {
    ...(expected.bytes !== undefined && { bytes: expected.bytes }),
    ...(patience !== undefined && { patience }),
    ...(wait !== undefined && { wait }),
    ...(warn && { warn }),
    ...(onBytes && { onBytes }),
  });
  await rename(part, place);
  await rm(`${part}.json`, { force: true });
}

const alone = ({ files }: Download): boolean => files.length === 1;

/** A mirror's address: of the file itself, or of the folder that several lie in. */
const addressOf = (base: string, download: Download, file: RemoteFile): string =>
  alone(download) ? base : `${base.replace(/\/$/, '')}/${file.name}`;

/** A wrong file is put aside, so that the next run fetches anew, and can be accepted from there. */
async function accepted(
  name: string,
  download: Download,
  place: string,
  expected: Expected,
  onBytes?: OnBytes,
): Promise<Digest> {
  try {
    return await verified(place, expected, onBytes);
  } catch (error) {
    if (!(error instanceof WrongFile)) throw error;
    await rename(place, `${place}.rejected`);
    throw new InputError(
      `${error.message}. It was put aside as ${place}.rejected. Run the command again to fetch it anew; or, if you trust ` +
        'this file: ' +
        (alone(download)
          ? npmRun('download', name, '--from', `${place}.rejected`, '--md5', error.md5)
          : `${npmRun('download', name, '--from', 'FOLDER', '--md5', 'SUMS')}, FOLDER being ${fromMeans(download)}`),
    );
  }
}

const fromMeans = ({ files }: Download): string =>
  (files.length > 1 ? 'the folder that holds ' : 'the file ') + files.map(({ name }) => name).join(', ');

function sourceOf(
  { title, files: all, note }: Download,
  digests: ReadonlyMap<string, Digest>,
  { url, from }: InstallOptions,
): string {
  const files = all.map((file) => ({
    name: file.name,
    from: from === undefined ? (url ?? file.url) : 'a local file',
    ...digests.get(file.name),
  }));
  return `${JSON.stringify({ title, files, note }, null, 2)}\n`;
}
