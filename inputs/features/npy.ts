import { readFile } from 'node:fs/promises';
import { check } from '../../lib/errors';
import { replaceFile } from '../../lib/files';

/** What a .npy file holds here: numbers in C order and their shape. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

const MAGIC = Buffer.from('\x93NUMPY\x01\x00', 'latin1');

/**
 * The bytes of a version 1.0 .npy file, as numpy.load reads them: little-endian float32 or int32, C order.
 * Source: NumPy Enhancement Proposal 1.
 */
export function encodeNpy({ shape, data }: NpyArray): Buffer {
  const size = shape.reduce((product, length) => product * length, 1);
  check(size === data.length, () => `Unexpected .npy shape: (${shape.join(', ')}); expected ${data.length} numbers`);
  const type = data instanceof Float32Array ? '<f4' : '<i4';
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((MAGIC.length + 2 + text.length + 1) / 64) * 64 - MAGIC.length - 2;
  const header = Buffer.from(`${text.padEnd(length - 1)}\n`, 'latin1');
  const headerLength = Buffer.alloc(2);
  headerLength.writeUInt16LE(length);
  return Buffer.concat([MAGIC, headerLength, header, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

/**
 * The array in the bytes of a .npy file (version 1 or 2; little-endian float32 or int32; C order).
 * @param name The file, for messages.
 * @throws InputError for another format or type and for a length that does not fit the shape.
 */
export function decodeNpy(bytes: Buffer, name: string): NpyArray {
  check(
    bytes.length > 12 && bytes.subarray(0, 6).equals(MAGIC.subarray(0, 6)),
    `${name} is no .npy file; expected one written by encodeNpy or numpy.save`,
  );
  const version = bytes[6]!;
  check(version === 1 || version === 2, `${name} has .npy version ${version}; expected 1 or 2`);
  const start = version === 1 ? 10 : 12;
  const end = start + (version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  const header = bytes.toString('latin1', start, end);
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  check(
    type === '<f4' || type === '<i4',
    `${name} holds ${type ?? 'an unnamed type'}; expected <f4 or <i4: save it with array.astype('float32')`,
  );
  check(
    /'fortran_order':\s*False/.test(header),
    `${name} is in Fortran order; expected C order: save numpy.ascontiguousarray(array)`,
  );
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .flatMap((n) => (n.trim() ? [Number(n)] : []));
  const size = shape.reduce((product, length) => product * length, 1);
  check(
    bytes.length === end + 4 * size,
    `${name} has ${bytes.length} bytes; expected ${end + 4 * size} for shape (${shape.join(', ')}): it is damaged, write it again`,
  );
  const copy = new Uint8Array(bytes.subarray(end)).buffer;
  return { shape, data: type === '<f4' ? new Float32Array(copy) : new Int32Array(copy) };
}

/**
 * Reads a .npy file; see {@link decodeNpy}.
 * @example
 * const { shape, data } = await readNpy('features.npy'); // [images, D], and float32 row by row
 */
export async function readNpy(file: string): Promise<NpyArray> {
  return decodeNpy(await readFile(file), file);
}

/** Writes a .npy file; see {@link encodeNpy} and {@link replaceFile}. */
export function writeNpy(file: string, array: NpyArray): void {
  replaceFile(file, encodeNpy(array));
}
