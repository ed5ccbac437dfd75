import { open, type FileHandle } from 'node:fs/promises';
import { check, InputError } from '../errors';
import { asFloats, type FloatType } from './floats';

/** A tensor's numbers in C order. */
export interface TensorArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What a .safetensors file holds; half-precision numbers are widened to float32. */
export interface Safetensors {
  readonly tensors: Map<string, TensorArray>;
  /** Those of other types, which are not read: name to type. */
  readonly others: Map<string, string>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of a number. */
const WIDTH: Readonly<Record<string, number>> = {
  ...({ F32: 4, F16: 2, BF16: 2 } satisfies Record<FloatType, number>),
  F64: 8,
  I64: 8,
  U64: 8,
  I32: 4,
  U32: 4,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
};
const isFloat = (type: string): type is FloatType => ['F32', 'F16', 'BF16'].includes(type);
const LARGEST_HEADER = 100e6;

interface Entry {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a .safetensors file (format of Hugging Face's library: 8 bytes of header length, a JSON header, then the
 * tensors without gaps). Nothing in it is trusted.
 * @throws InputError naming the file and the first fault: a header that is cut off or no JSON, a tensor of an
 * unknown type, of a shape that does not fit its bytes, or that overlaps others or leaves the file.
 */
export async function readSafetensors(file: string): Promise<Safetensors> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    check(size >= 8, `${file} has ${size} bytes; expected a .safetensors file: download it again`);
    const length = Number((await bytesAt(handle, 0, 8)).readBigUInt64LE());
    check(
      length <= Math.min(size - 8, LARGEST_HEADER),
      `${file}: a header of ${length} bytes in a file of ${size}; it is damaged or no .safetensors file`,
    );
    const { entries, metadata } = parseHeader((await bytesAt(handle, 8, length)).toString(), size - 8 - length, file);
    const tensors = new Map<string, TensorArray>();
    const others = new Map<string, string>();
    for (const { name, type, shape, begin, end } of entries)
      if (!isFloat(type)) others.set(name, type);
      else tensors.set(name, { shape, data: asFloats(await bytesAt(handle, 8 + length + begin, end - begin), type) });
    return { tensors, others, metadata };
  } finally {
    await handle.close();
  }
}

/** Bytes of a file in memory of their own, so that they can be viewed as numbers of any width. */
async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.from(new ArrayBuffer(length));
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, 2 ** 30), position + done);
    if (bytesRead === 0) throw new InputError('The file became shorter while it was read; download it again');
    done += bytesRead;
  }
  return bytes;
}

function parseHeader(
  text: string,
  dataLength: number,
  file: string,
): { entries: Entry[]; metadata: Safetensors['metadata'] } {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: its header is no JSON (${(error as Error).message}); it is damaged`);
  }
  check(isRecord(header), `${file}: its header is no JSON object; it is damaged`);
  const { __metadata__: metadata = {}, ...rest } = header;
  check(
    isRecord(metadata) && Object.values(metadata).every((value) => typeof value === 'string'),
    `${file}: its __metadata__ holds other things than texts; it is damaged`,
  );
  const entries = Object.entries(rest)
    .map(([name, value]) => parseEntry(name, value, dataLength, file))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of entries) {
    check(
      begin === at,
      `${file}: tensor "${name}" starts at byte ${begin}, expected ${at}: it overlaps or leaves a gap`,
    );
    at = end;
  }
  check(at === dataLength, `${file}: the tensors end at byte ${at} of ${dataLength}; it is damaged`);
  return { entries, metadata: metadata as Record<string, string> };
}

function parseEntry(name: string, value: unknown, dataLength: number, file: string): Entry {
  const where = `${file}: tensor "${name}"`;
  check(isRecord(value), `${where} is described by no JSON object; it is damaged`);
  const { dtype, shape, data_offsets: offsets } = value;
  const width = typeof dtype === 'string' && Object.hasOwn(WIDTH, dtype) ? WIDTH[dtype] : undefined;
  check(width, `${where} holds ${JSON.stringify(dtype)}; expected one of ${Object.keys(WIDTH).join(', ')}`);
  check(isCounts(shape), `${where} has the shape ${JSON.stringify(shape)}; expected whole numbers`);
  check(
    isCounts(offsets) && offsets.length === 2 && offsets[0]! <= offsets[1]! && offsets[1]! <= dataLength,
    `${where} has the offsets ${JSON.stringify(offsets)}; expected two within ${dataLength} bytes`,
  );
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product, length) => product * length, width);
  check(end - begin === bytes, `${where} has ${end - begin} bytes; its shape [${shape.join(', ')}] needs ${bytes}`);
  return { name, type: dtype as string, shape, begin, end };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);

/** The bytes of a .safetensors file of float32 tensors, in pieces: they may be larger than one buffer should be. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, TensorArray>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const header = new Map<string, unknown>([['__metadata__', metadata]]); // in an object, a name such as __proto__ would be lost
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const [name, { shape, data }] of tensors) {
    header.set(name, { dtype: 'F32', shape, data_offsets: [at, at + data.byteLength] });
    pieces.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    at += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return [length, padded, ...pieces];
}
