import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The part of the WebAssembly API in use; neither @types/node nor tslab's libraries declare it. */
interface WebAssemblyApi {
  Memory: new (descriptor: { initial: number; maximum?: number }) => WasmMemory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { readonly exports: Kernels };
}
interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

/** What the sources in kernels/ at the root export; arrays are passed as byte offsets (`array.byteOffset`), described there. */
export interface Kernels {
  adam(weights: number, gradient: number, m: number, v: number, n: number, rate: number, correction: number): void;
  gemm(
    m: number,
    n: number,
    inner: number,
    a: number,
    aRow: number,
    aColumn: number,
    b: number,
    bRow: number,
    bColumn: number,
    c: number,
    scratch: number,
  ): void;
  /** The first byte that is not the kernels' own. */
  readonly FREE: { readonly value: number };
  readonly SCRATCH: { readonly value: number };
  addRectify(x: number, bias: number, mask: number, rows: number, columns: number): void;
  maskTranspose(d: number, h: number, mask: number, rows: number, columns: number, out: number, sums: number): void;
  columnSums(x: number, rows: number, columns: number, out: number): void;
  windows(a: number, aAt: number, b: number, bAt: number, rows: number, columns: number, out: number): void;
  softmax(z: number, stride: number, rows: number, columns: number): void;
  crossEntropy(
    z: number,
    stride: number,
    rows: number,
    columns: number,
    labels: number,
    weights: number,
    likelihoods: number,
    answerWeights: number,
  ): number;
}

/** Where the committed bytes lie that `npm run kernels` makes of kernels/*.ts. */
export const kernelsFile = path.join(__dirname, 'kernels.wasm');

let module: object | undefined;
const PAGE = 65536;
const LARGEST = 65536 * PAGE;

/**
 * Memory that the kernels work on, and the kernels bound to it. Arrays are placed one behind the other; growing makes
 * earlier views unusable, so whoever needs more room clears the arena and places everything again: the same order of
 * the same lengths gives the same places, and what is there stays. The garbage collector frees it with the last view.
 */
export class Arena {
  private readonly memory = new Memory({ initial: 1 });
  private readonly bottom: number;
  private top: number;
  readonly kernels: Kernels;

  constructor() {
    module ??= new Module(readFileSync(kernelsFile));
    this.kernels = new Instance(module, { env: { memory: this.memory } }).exports;
    this.top = this.bottom = padded(this.kernels.FREE.value);
  }

  /** Starts over at the bottom, with room for `lengths` of 4-byte numbers in all. Contents stay. */
  clear(...lengths: number[]): void {
    const bytes = lengths.reduce((sum, length) => sum + padded(4 * length), this.bottom);
    if (bytes > LARGEST) throw new RangeError(`Unexpected size: ${bytes} bytes; one arena holds at most ${LARGEST}`);
    const missing = Math.ceil((bytes - this.memory.buffer.byteLength) / PAGE);
    if (missing > 0) this.memory.grow(missing);
    this.top = this.bottom;
  }

  floats(length: number): Float32Array {
    return new Float32Array(this.memory.buffer, this.take(4 * length), length);
  }

  integers(length: number): Int32Array {
    return new Int32Array(this.memory.buffer, this.take(4 * length), length);
  }

  private take(bytes: number): number {
    const at = this.top;
    this.top += padded(bytes);
    return at;
  }
}

/** The next multiple of a cache line. */
const padded = (bytes: number): number => Math.ceil(bytes / 64) * 64;
