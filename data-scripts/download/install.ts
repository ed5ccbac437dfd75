import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { check, InputError } from '../../lib/errors';
import { Lock } from '../../lib/lock';
import type { Download, Expected, RemoteFile } from './catalogue';
import { verified, WrongFile, type Digest, type OnBytes } from './checksum';
import { extractArchive, type ExtractLimits } from './extract';
import { fetchFile, type FetchOptions } from './fetch-file';

export interface InstallOptions extends Pick<FetchOptions, 'patience' | 'wait' | 'warn'> {
  /** The folder that the download's own folder lies in. */
  readonly root: string;
  /** Instead of the publisher's address: the archive, or the folder that a model's files lie in. */
  readonly url?: string;
  /** Instead of a server: a file here, for a model the folder of its files. */
  readonly from?: string;
  /** Instead of the publisher's size and checksum, of the archive or a model's weights. */
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
  check(
    options.md5 === undefined || /^[0-9a-f]{32}$/i.test(options.md5),
    `Unexpected md5: "${options.md5}"; expected 32 hexadecimal digits`,
  );
  const parts = path.join(options.root, 'downloads');
  const lock = Lock.acquire(path.join(parts, `${name}.lock`), `The download of ${name}`);
  const partial = path.join(path.dirname(folder), `.${path.basename(folder)}.partial`);
  try {
    await rm(partial, { recursive: true, force: true }); // a killed run's
    await mkdir(partial, { recursive: true });
    const digests = new Map<string, Digest>();
    const fetched: string[] = [];
    for (const [i, file] of download.files.entries()) {
      const expected = expectedOf(file, i, options.md5);
      const { place, digest } = await provide(name, download, file, expected, options);
      digests.set(file.name, digest);
      if (options.from === undefined) fetched.push(place);
      if (download.archive) {
        const onBytes = options.onStep?.(`unpacking ${file.name}`);
        await extractArchive(place, partial, download.archive, options.limits, onBytes);
      } else await copyFile(place, path.join(partial, file.name));
    }
    const whole = download.archive ? path.join(partial, download.folder) : partial;
    await writeFile(path.join(whole, 'source.json'), sourceOf(download, digests, options));
    await rename(whole, folder);
    for (const file of fetched) await rm(file);
    return { folder, already: false, digests };
  } finally {
    await rm(partial, { recursive: true, force: true });
    lock.release();
  }
}

/** An md5 of the user's own stands for the first file, instead of what the publisher says of it. */
function expectedOf({ bytes, md5, sha256 }: RemoteFile, i: number, own: string | undefined): Expected {
  if (own !== undefined && i === 0) return { md5: own.toLowerCase() };
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
    const place = download.archive ? options.from : path.join(options.from, file.name);
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
  return { place, digest: await accepted(name, place, expected, onVerify) };
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

/** A mirror's address: of the archive itself, or of the folder of a model's files. */
const addressOf = (base: string, { archive }: Download, file: RemoteFile): string =>
  archive ? base : `${base.replace(/\/$/, '')}/${file.name}`;

/** A wrong file is put aside, so that the next run fetches anew, and can be accepted from there. */
async function accepted(name: string, place: string, expected: Expected, onBytes?: OnBytes): Promise<Digest> {
  try {
    return await verified(place, expected, onBytes);
  } catch (error) {
    if (!(error instanceof WrongFile)) throw error;
    await rename(place, `${place}.rejected`);
    throw new InputError(
      `${error.message}. It was put aside as ${place}.rejected. Run the command again to fetch it anew; or, if you trust ` +
        `this file: npm run download -- ${name} --from ${place}.rejected --md5 SUM`,
    );
  }
}

export const fromMeans = ({ archive, files }: Download): string =>
  archive ? `the archive ${files[0]!.name}` : `the folder that holds ${files.map(({ name }) => name).join(', ')}`;

function sourceOf(download: Download, digests: ReadonlyMap<string, Digest>, { url, from }: InstallOptions): string {
  const files = download.files.map((file) => ({
    name: file.name,
    from: from === undefined ? (url ?? file.url) : 'a local file',
    ...digests.get(file.name),
  }));
  return `${JSON.stringify({ title: download.title, files }, null, 2)}\n`;
}
