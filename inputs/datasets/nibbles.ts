/** Gray levels 0-255 kept as 16 levels, two pixels a byte (the first in the high half). Length must be even. */
export function packNibbles(pixels: Uint8Array): Uint8Array {
  const out = new Uint8Array(pixels.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = (pixels[2 * i]! & 0xf0) | (pixels[2 * i + 1]! >> 4);
  return out;
}

/** The middle of each level: 8, 24, ... 248. The inverse of {@link packNibbles} up to 8 gray levels. */
export function unpackNibbles(packed: Uint8Array): Uint8Array {
  const out = new Uint8Array(packed.length * 2);
  for (let i = 0; i < packed.length; i++) {
    out[2 * i] = (packed[i]! & 0xf0) | 8;
    out[2 * i + 1] = ((packed[i]! & 0x0f) << 4) | 8;
  }
  return out;
}
