import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { emptyProduct, planProduct, type Engine, type ProductOptions } from './engine';
import { freeBuffer } from './free-buffer';
import { loadOnnxruntime } from './load-onnxruntime';
import type { Matrix } from './matrix';
import { gemmModel } from './onnx/gemm';

/** One thread, which sleeps when it has nothing to do: spinning threads steal the cores of other processes. */
const sessionOptions: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
};

/**
 * Products by onnxruntime's Gemm on the CPU, through its public API, written straight into the output's memory.
 * Rejects if the package or its native library cannot be loaded.
 */
export async function createOnnxruntimeEngine(): Promise<Engine> {
  const ort = await loadOnnxruntime();
  const sessions: (InferenceSession | undefined)[] = [];
  const session = async (variant: number): Promise<InferenceSession> =>
    (sessions[variant] = await ort.InferenceSession.create(
      gemmModel((variant & 1) !== 0, (variant & 2) !== 0, (variant & 4) !== 0),
      sessionOptions,
    ));
  const tensor = (data: Float32Array, dimensions: number[]): Tensor => new ort.Tensor('float32', data, dimensions);
  const of = (a: Matrix): Tensor => tensor(a.data, [a.rows, a.columns]);

  await session(0);
  return {
    name: `onnxruntime ${ort.env.versions.node ?? ''}, 1 thread`,
    async product(a: Matrix, b: Matrix, options: ProductOptions = {}): Promise<Matrix> {
      const { transposeA = false, transposeB = false, bias } = options;
      const plan = planProduct(a, b, options);
      const { m, n, inner, out } = plan;
      if (m * n === 0) return out;
      if (inner === 0) return emptyProduct(plan, bias);
      const variant = Number(transposeA) | (Number(transposeB) << 1) | (bias ? 4 : 0);
      const gemm = sessions[variant] ?? (await session(variant)); // no promise where there is one: products may be tiny
      const feeds: Record<string, Tensor> = { A: of(a), B: of(b) };
      if (bias) feeds.bias = tensor(bias, [n]);
      const { C } = await gemm.run(feeds, { C: of(out) });
      const { buffer } = C!.data as Float32Array;
      if (buffer !== out.data.buffer) freeBuffer(buffer); // the package copies every result once more
      return out;
    },
  };
}
