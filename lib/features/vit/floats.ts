/** Number types of a .safetensors file that are read here. */
export type FloatType = 'F32' | 'F16' | 'BF16';

/** Little-endian numbers as float32; a view on the bytes where they are that already. The bytes start at offset 0. */
export function asFloats(bytes: Uint8Array, type: FloatType): Float32Array {
  if (type === 'F32') return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  const out = new Float32Array(halves.length);
  if (type === 'F16') for (let i = 0; i < halves.length; i++) out[i] = half(halves[i]!);
  else {
    const bits = new Uint32Array(out.buffer);
    for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  }
  return out;
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
