import type { Engine } from './engine';
import { matrix, type Matrix } from './matrix';

/**
 * Compares a few small products of odd sizes, plain, transposed and with a bias, with plain loops in float64, and
 * returns the engine.
 * @throws Error naming the engine and the product that came out wrong; such an engine must not be used.
 */
export async function selfCheck(engine: Engine): Promise<Engine> {
  for (const [m, n, inner] of [
    [1, 1, 1],
    [5, 7, 3],
    [13, 33, 19],
  ] as const)
    for (const transposeA of [false, true])
      for (const transposeB of [false, true]) {
        const a = pattern(transposeA ? inner : m, transposeA ? m : inner, 1);
        const b = pattern(transposeB ? n : inner, transposeB ? inner : n, 2);
        const bias = transposeA === transposeB ? pattern(1, n, 3).data : undefined;
        const product = await engine.product(a, b, { transposeA, transposeB, bias });
        for (let i = 0; i < m; i++)
          for (let j = 0; j < n; j++) {
            let expected = bias ? bias[j]! : 0;
            for (let k = 0; k < inner; k++) {
              const left = transposeA ? a.data[k * m + i]! : a.data[i * inner + k]!;
              const right = transposeB ? b.data[j * inner + k]! : b.data[k * n + j]!;
              expected += left * right;
            }
            const got = product.data[i * n + j]!;
            if (!(Math.abs(got - expected) <= 1e-5 * (1 + Math.abs(expected))))
              throw new Error(
                `The engine "${engine.name}" failed its self-check: entry [${i}, ${j}] of a [${m}, ${inner}] x ` +
                  `[${inner}, ${n}] product is ${got}, expected ${expected}. Choose another with ENGINE=...`,
              );
          }
      }
  return engine;
}

/** Fixed values in -1 .. 1 without a visible order. */
function pattern(rows: number, columns: number, seed: number): Matrix {
  const out = matrix(rows, columns);
  for (let i = 0; i < out.data.length; i++) out.data[i] = Math.sin(12.9898 * i + 78.233 * seed);
  return out;
}
