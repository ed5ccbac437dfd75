/** Pieces of an encoded message; large arrays stay views until everything is joined. */
export type Pieces = readonly Uint8Array[];

/** An integer field; negative numbers take ten bytes, as two's complement of 64 bits. */
export const integer = (field: number, value: number): Pieces => [varint(field << 3), varint(value)];
/** A float32 field. */
export const float = (field: number, value: number): Pieces => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [varint((field << 3) | 5), bytes];
};
export const text = (field: number, value: string): Pieces => bytes(field, Buffer.from(value));
export const message = (field: number, parts: readonly Pieces[]): Pieces => {
  const pieces = parts.flat();
  return [varint((field << 3) | 2), varint(lengthOf(pieces)), ...pieces];
};
export const bytes = (field: number, value: Uint8Array): Pieces => [
  varint((field << 3) | 2),
  varint(value.length),
  value,
];

export function join(pieces: Pieces): Uint8Array {
  const out = new Uint8Array(lengthOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

const lengthOf = (pieces: Pieces): number => pieces.reduce((sum, { length }) => sum + length, 0);

/** Seven bits a byte, lowest first, the top bit telling that more follow. */
function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  return Uint8Array.from([...out, Number(rest)]);
}
