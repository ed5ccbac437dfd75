import type * as tfjs from '@tensorflow/tfjs-core';
import type {} from '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import { createRequire } from 'node:module';
import path from 'node:path';
import { check } from '../errors';

export type Tensors = typeof tfjs;

const BACKENDS = ['tensorflow', 'wasm', 'cpu'] as const;
type Backend = (typeof BACKENDS)[number];

let loaded: { tf: Tensors; name: string } | undefined; // no promise: an interrupt in a notebook would leave it pending

/**
 * TensorFlow.js on the best backend there is, once per process: native TensorFlow (`@tensorflow/tfjs-node-gpu`, whose
 * install downloads it; also without a GPU), else WebAssembly. `TFJS_BACKEND=tensorflow|wasm|cpu` forces one.
 * `name` is for records, e.g. "tfjs 4.22.0 wasm".
 * @throws InputError if the forced backend is unknown or cannot be loaded.
 */
export async function tensors(): Promise<{ tf: Tensors; name: string }> {
  return (loaded ??= await load(process.env.TFJS_BACKEND));
}

async function load(forced: string | undefined): Promise<{ tf: Tensors; name: string }> {
  check(
    !forced || BACKENDS.includes(forced as Backend),
    `Unexpected TFJS_BACKEND: "${forced}"; expected one of ${BACKENDS.join(', ')}`,
  );
  const native = !forced || forced === 'tensorflow' ? loadNative(forced === 'tensorflow') : undefined;
  const tf = native ?? (await loadCore());
  const backend = native ? 'tensorflow' : forced === 'cpu' ? 'cpu' : 'wasm';
  if (backend === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  if (backend === 'wasm') {
    const { setWasmPaths, setThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + path.sep);
    setThreadsCount(1); // the same sums in the same order on every machine
  }
  check(await tf.setBackend(backend), `TensorFlow.js could not start its "${backend}" backend; set TFJS_BACKEND=cpu`);
  await tf.ready();
  return { tf, name: `tfjs ${tf.version_core} ${backend}` };
}

/**
 * The operations with their gradients and methods: all of `@tensorflow/tfjs` that is needed, at a third of its size. The
 * last two come as ES modules only; `require` under tsx reads those, `import` would not find their folders.
 */
async function loadCore(): Promise<Tensors> {
  const tf = await import('@tensorflow/tfjs-core');
  for (const part of ['register_all_gradients', 'public/chained_ops/register_all_chained_ops'])
    createRequire(__filename)(`@tensorflow/tfjs-core/dist/${part}`);
  return tf;
}

/** The native package if it is installed and its TensorFlow library was downloaded. */
function loadNative(required: boolean): Tensors | undefined {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  try {
    return createRequire(__filename)('@tensorflow/tfjs-node-gpu') as Tensors;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    check(
      !required,
      `TFJS_BACKEND=tensorflow, but @tensorflow/tfjs-node-gpu cannot be loaded (${reason}); ` +
        'install it where TensorFlow can be downloaded, or leave TFJS_BACKEND unset for WebAssembly',
    );
    return undefined;
  }
}
