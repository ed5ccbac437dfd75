import { inflateSync } from 'node:zlib';
import { check, InputError } from '../../lib/errors';

/** Bytes that one compressed variable may unpack to: 64 MiB. */
const MOST_UNPACKED = 64 * 2 ** 20;

/** Types of data elements: numbers by their size and reader; of what holds others, a matrix and a compressed one. */
const readers: Readonly<Record<number, readonly [bytes: number, read: (data: Buffer, at: number) => number]>> = {
  1: [1, (data, at) => data.readInt8(at)],
  2: [1, (data, at) => data.readUInt8(at)],
  3: [2, (data, at) => data.readInt16LE(at)],
  4: [2, (data, at) => data.readUInt16LE(at)],
  5: [4, (data, at) => data.readInt32LE(at)],
  6: [4, (data, at) => data.readUInt32LE(at)],
  7: [4, (data, at) => data.readFloatLE(at)],
  9: [8, (data, at) => data.readDoubleLE(at)],
};
const [MATRIX, COMPRESSED] = [14, 15];

/** Classes of arrays that hold numbers: double, single and the integers of 8 to 64 bits. */
const [DOUBLE, UINT64] = [6, 15];

/**
 * The numeric arrays of a MATLAB file, version 5 (MAT-File Format, chapter 1), little-endian, compressed or not: each
 * variable's real part, column by column. Variables of other kinds (text, structures) are left out.
 * @param name Of the file, for messages.
 * @throws InputError for another format, and for a file that is cut short or damaged.
 */
export function matArrays(bytes: Buffer, name: string): Map<string, Float64Array> {
  check(
    bytes.length >= 128 && bytes.toString('latin1', 124, 128) === '\0\x01IM',
    () => `${name} is no MATLAB file of version 5 (little-endian); fetch it again`,
  );
  const arrays = new Map<string, Float64Array>();
  try {
    for (let { type, data } of elements(bytes.subarray(128))) {
      if (type === COMPRESSED) ({ type, data } = next(inflateSync(data, { maxOutputLength: MOST_UNPACKED })));
      if (type === MATRIX) addArray(arrays, data);
    }
  } catch (error) {
    throw new InputError(`${name} is damaged or cut short (${(error as Error).message}); fetch it again`);
  }
  return arrays;
}

interface Element {
  readonly type: number;
  readonly data: Buffer;
  /** What follows it. */
  readonly rest: Buffer;
}

/** The element that a buffer begins with: its type, its size and its data, filled up to whole eight bytes. */
function next(buffer: Buffer): Element {
  const head = buffer.readUInt32LE(0);
  const small = head >>> 16; // the size, of four bytes at most, where the data stand in the tag itself
  const [type, size, from] = small ? [head & 0xffff, small, 4] : [head, buffer.readUInt32LE(4), 8];
  const room = small ? 4 : buffer.length - from;
  check(size <= room && from + size <= buffer.length, () => `an element of ${size} bytes where ${room} are left`);
  const end = type === COMPRESSED ? from + size : Math.ceil((from + size) / 8) * 8;
  return { type, data: buffer.subarray(from, from + size), rest: buffer.subarray(end) };
}

function* elements(buffer: Buffer): Generator<Element> {
  for (let rest = buffer; rest.length;) {
    const element = next(rest);
    yield element;
    rest = element.rest;
  }
}

/** A matrix element holds flags, dimensions, a name, and, if it is numeric, the numbers. */
function addArray(arrays: Map<string, Float64Array>, data: Buffer): void {
  const [flags, dimensions, name, real] = [...elements(data)];
  check(flags && dimensions && name, 'an array without flags, dimensions and a name');
  const kind = flags.data.readUInt8(0);
  if (kind < DOUBLE || kind > UINT64) return;
  const title = name.data.toString('latin1');
  check(real, `array "${title}" has no numbers`);
  const values = numbers(real);
  const expected = numbers(dimensions).reduce((product, length) => product * length, 1);
  check(values.length === expected, `array "${title}" has ${values.length} numbers, not ${expected}`);
  arrays.set(title, values);
}

function numbers({ type, data }: Element): Float64Array {
  const [bytes, read] = readers[type] ?? [];
  check(bytes && read, `numbers of type ${type}, which are not read here`);
  return Float64Array.from({ length: Math.floor(data.length / bytes) }, (_, i) => read(data, i * bytes));
}
