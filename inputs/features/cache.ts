import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { matrix, type Matrix } from '../../lib/engine/matrix';
import { check } from '../../lib/errors';
import { replaceFile } from '../../lib/files';
import type { Extracted, Features } from './extractors/extractor';
import { decodeNpy, encodeNpy } from './npy';

/** What lies beside the two .npy files, to know them again. */
interface Provenance {
  /** Hash of the images and of all settings. */
  readonly key: string;
  readonly extractor: string;
  readonly engine: string;
  /** What the numbers depend on besides the images, for readers. */
  readonly settings?: unknown;
  readonly sha256: { readonly pool: string; readonly test: string };
}

/**
 * The features in `<base>.{pool,test}.npy`; undefined where there are none, or, after a word to `warn`, where they were
 * made of other images or settings or are not the bytes that were written.
 */
export async function readCache(
  base: string,
  key: string,
  warn: (message: string) => void,
): Promise<Features | undefined> {
  const again = (reason: string): undefined => {
    warn(`${base}.*: ${reason}; computing the features again`);
    return undefined;
  };
  let bytes: Buffer[];
  try {
    bytes = await Promise.all(['.json', '.pool.npy', '.test.npy'].map((end) => readFile(base + end)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const provenance = JSON.parse(bytes[0]!.toString()) as Provenance;
    if (provenance.key !== key) return again('made of other images or with other settings');
    if (provenance.sha256.pool !== sha256(bytes[1]!) || provenance.sha256.test !== sha256(bytes[2]!))
      return again('not the bytes that were written');
    const [pool, test] = [asMatrix(bytes[1]!, `${base}.pool.npy`), asMatrix(bytes[2]!, `${base}.test.npy`)];
    return { pool, test, extractor: provenance.extractor };
  } catch (error) {
    return again(`unreadable (${(error as Error).message})`);
  }
}

/** Writes features and where they come from. */
export function writeCache(
  base: string,
  key: string,
  settings: unknown,
  { pool, test, extractor, engine }: Extracted,
): void {
  const [poolBytes, testBytes] = [pool, test].map(({ rows, columns, data }) =>
    encodeNpy({ shape: [rows, columns], data }),
  );
  const provenance: Provenance = {
    key,
    extractor,
    engine,
    settings,
    sha256: { pool: sha256(poolBytes!), test: sha256(testBytes!) },
  };
  replaceFile(`${base}.pool.npy`, poolBytes!);
  replaceFile(`${base}.test.npy`, testBytes!);
  replaceFile(`${base}.json`, `${JSON.stringify(provenance, null, 2)}\n`);
}

export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

function asMatrix(bytes: Buffer, name: string): Matrix {
  const { shape, data } = decodeNpy(bytes, name);
  check(
    shape.length === 2 && data instanceof Float32Array,
    () => `${name} has shape (${shape.join(', ')}); expected float32 with two dimensions`,
  );
  return matrix(shape[0]!, shape[1]!, data);
}
