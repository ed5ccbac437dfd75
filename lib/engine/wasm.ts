import { planProduct, type Engine, type ProductOptions } from './engine';
import { Arena } from './kernels';
import type { Matrix } from './matrix';

/** Rows of a that are multiplied at a time, so that a long matrix needs no copy of its size. */
const BLOCK = 2048;

/** Products by our own SIMD kernel (`kernels/gemm.ts`): needs nothing but Node, and is about half as fast. */
export async function createWasmEngine(): Promise<Engine> {
  const arena = new Arena();
  return {
    name: 'wasm SIMD, 1 thread',
    async product(a: Matrix, b: Matrix, options: ProductOptions = {}): Promise<Matrix> {
      const { transposeA = false, transposeB = false, bias } = options;
      const { m, n, inner, out } = planProduct(a, b, options);
      const rows = transposeA ? m : Math.min(m, BLOCK);
      const lengths = [arena.kernels.SCRATCH.value, b.data.length, rows * inner, rows * n];
      arena.clear(...lengths);
      const [scratch, right, left, result] = lengths.map((length) => arena.floats(length));
      const [aRow, aColumn] = transposeA ? [1, m] : [inner, 1];
      const [bRow, bColumn] = transposeB ? [1, inner] : [n, 1];
      right!.set(b.data);
      for (let top = 0; top < m; top += rows) {
        const height = Math.min(rows, m - top);
        left!.set(transposeA ? a.data : a.data.subarray(top * inner, (top + height) * inner));
        const part = result!.subarray(0, height * n);
        if (bias) for (let i = 0; i < height; i++) part.set(bias, i * n);
        else part.fill(0);
        arena.kernels.gemm(
          height,
          n,
          inner,
          left!.byteOffset,
          aRow,
          aColumn,
          right!.byteOffset,
          bRow,
          bColumn,
          part.byteOffset,
          scratch!.byteOffset,
        );
        out.data.set(part, top * n);
      }
      return out;
    },
  };
}
