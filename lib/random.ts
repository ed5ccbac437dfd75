/**
 * All randomness of the project: one seed, from which every use takes a stream of its own by name, so that adding a
 * use changes no other. `createRandom(0).stream('init', 3)` always gives the same numbers, wherever it is called.
 */
export interface Random {
  /** A new, independent generator named by this one's seed and path plus `names`; takes nothing from this one. */
  stream(...names: (string | number)[]): Random;
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number;
  /** Uniform integer in 0 .. n-1. */
  integer(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** A random order of 0 .. n-1 (Fisher-Yates). */
  permutation(n: number): Int32Array;
}

/**
 * The root of all streams of an experiment: an integer seed.
 * @example
 * const order = createRandom(0).stream('order').permutation(10);
 */
export function createRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`Unexpected seed: ${seed}; expected an integer`);
  return new Sfc32(String(seed));
}

/** Chris Doty-Humphrey's SFC32 (PractRand), seeded by a hash of the stream's path. */
class Sfc32 implements Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;
  private spare: number | undefined;

  constructor(private readonly path: string) {
    [this.a, this.b, this.c] = hash(path);
    for (let i = 0; i < 12; i++) this.next();
  }

  stream(...names: (string | number)[]): Random {
    return new Sfc32([this.path, ...names].join('/'));
  }

  uniform(): number {
    return this.next() / 4294967296;
  }

  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  normal(): number {
    if (this.spare !== undefined) {
      const value = this.spare;
      this.spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
    return order;
  }

  private next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}

/** Three 32-bit words from a text: FNV-1a with three offsets, each finished by murmur3's mixer. */
function hash(text: string): [number, number, number] {
  const word = (offset: number): number => {
    let h = offset;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return h ^ (h >>> 16);
  };
  return [word(0x811c9dc5), word(0x1000193d), word(0x9e3779b9)];
}
