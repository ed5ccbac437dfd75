import { deflateSync } from 'node:zlib';

/** A data element of a MATLAB file: its tag and its data, filled up to eight bytes; four bytes at most go into the tag. */
export function element(type: number, data: Buffer): Buffer {
  const small = data.length > 0 && data.length <= 4;
  const head = Buffer.alloc(small ? 4 : 8);
  head.writeUInt32LE(small ? (data.length << 16) | type : type, 0);
  if (!small) head.writeUInt32LE(data.length, 4);
  const whole = Buffer.concat([head, data]);
  return type === 15 ? whole : Buffer.concat([whole, Buffer.alloc((8 - (whole.length % 8)) % 8)]);
}

const int32 = (...values: number[]): Buffer => Buffer.from(Int32Array.from(values).buffer);

/** A row vector: its class (11 is uint16) and its numbers, an element of their own. */
export const row = (name: string, length: number, numbers: Buffer, kind = 11): Buffer =>
  element(
    14,
    Buffer.concat([element(6, int32(kind, 0)), element(5, int32(1, length)), element(1, Buffer.from(name)), numbers]),
  );

/** A file of version 5 of these elements. */
export const matFileOf = (...elements: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('MATLAB 5.0 MAT-file'.padEnd(124, ' ')), Buffer.from('\0\x01IM', 'latin1'), ...elements]);

/** A file of row vectors of 16-bit numbers, each compressed, as MATLAB writes them. */
export const matFile = (arrays: Readonly<Record<string, readonly number[]>>): Buffer =>
  matFileOf(
    ...Object.entries(arrays).map(([name, values]) => {
      const numbers = element(4, Buffer.from(Uint16Array.from(values).buffer));
      return element(15, deflateSync(row(name, values.length, numbers)));
    }),
  );
