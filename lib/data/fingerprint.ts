import { createHash, type Hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Dataset, Split } from './dataset';
import { inParallel } from './over-pictures';

/** Of a split's images, for features: their pixels, or the files' names, sizes and times of change; no file is read. */
export async function imagesFingerprint({ images, files }: Split): Promise<string> {
  const hash = createHash('sha256');
  if (images) {
    const { pixels, ...shape } = images;
    hash.update(JSON.stringify(shape)).update(pixels);
  } else if (files) {
    hash.update(JSON.stringify({ cropBottom: files.cropBottom ?? 0 }));
    const states = await inParallel(files.paths, async (name) => {
      const { size, mtimeMs } = await stat(path.join(files.folder, name));
      return [name, size, mtimeMs];
    });
    states.forEach((state, i) => hash.update(JSON.stringify(state instanceof Error ? [files.paths[i]] : state)));
  }
  return hash.digest('hex');
}

/** Of which images a pool holds, in order, or the first `count` of them, for a session: classes and paths, or their number; labels may still change. */
export function namesFingerprint({ pool, hierarchy }: Dataset, count = pool.fine.length): string {
  const images = pool.files ? pool.files.paths.slice(0, count) : [String(count)];
  return short(createHash('sha256').update([...hierarchy.fine, ...images].join('\n')));
}

/** Of all that is learned from or judged by, for a study; where pixels are not in memory, the images' names stand for them. */
export function dataFingerprint({ hierarchy, pool, test, answers }: Dataset): string {
  const hash = createHash('sha256').update(JSON.stringify([hierarchy.fine, hierarchy.coarse]));
  addArray(hash, 'groups', hierarchy.groupOf);
  addSplit(hash, 'pool', pool);
  addSplit(hash, 'test', test);
  for (const name of ['coarse', 'fine', 'confidence'] as const) addArray(hash, name, answers?.[name]);
  addArray(hash, 'probabilities', answers?.probabilities?.data);
  return short(hash);
}

const short = (hash: Hash): string => hash.digest('hex').slice(0, 12);

function addSplit(hash: Hash, name: string, { fine, images, files, features }: Split): void {
  hash.update(JSON.stringify([name, files && [files.paths, files.cropBottom]]));
  addArray(hash, 'fine', fine);
  addArray(hash, 'pixels', images?.pixels);
  addArray(hash, 'features', features?.data);
}

function addArray(hash: Hash, name: string, values: Int32Array | Float32Array | Uint8Array | undefined): void {
  hash.update(`${name} ${values?.length}\n`);
  if (values) hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}
