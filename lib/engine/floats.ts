/** Number types that are read here, by the names of .safetensors files. */
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

/** The nearest numbers of IEEE 754 binary16, ties to even; those beyond 65,504 become infinite. */
export function asHalves(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(values, (value, i) => {
    const sign = (bits[i]! >>> 16) & 0x8000;
    const size = Math.abs(value);
    if (!(size < 65520)) return sign | (size >= 65520 ? 0x7c00 : 0x7e00);
    const exponent = Math.max(-14, ((bits[i]! >>> 23) & 255) - 127);
    const steps = toEven(size / 2 ** (exponent - 10)); // of the last place
    return sign | (((exponent + 14) << 10) + steps);
  });
}

function toEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
