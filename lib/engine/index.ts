import { check } from '../errors';
import type { Engine } from './engine';
import { createOnnxruntimeEngine } from './onnxruntime';
import { selfCheck } from './self-check';
import { createWasmEngine } from './wasm';

export type { Engine, ProductOptions } from './engine';

const makers = { onnxruntime: createOnnxruntimeEngine, wasm: createWasmEngine };
type EngineName = keyof typeof makers;

export interface EngineOptions {
  /** `onnxruntime` or `wasm`. Default: environment variable ENGINE, else onnxruntime where it can be loaded, else wasm. */
  name?: string;
}

/**
 * The engine that multiplies matrices, compared with plain loops before it is handed out.
 * @throws InputError for an unknown name; an Error if the engine fails that check or, asked for by name, cannot be loaded.
 * @example
 * const engine = await createEngine();
 * const product = await engine.product(matrix(2, 3), matrix(3, 4)); // [2, 4]
 */
export async function createEngine({ name = process.env.ENGINE || undefined }: EngineOptions = {}): Promise<Engine> {
  const names = Object.keys(makers);
  check(!name || names.includes(name), `Unexpected engine: "${name}"; expected ${names.join(' or ')}`);
  return selfCheck(name ? await makers[name as EngineName]() : await firstAvailable());
}

let warned = false;

async function firstAvailable(): Promise<Engine> {
  try {
    return await createOnnxruntimeEngine();
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    if (!warned)
      process.stderr.write(`onnxruntime cannot be loaded (${reason}); multiplying matrices in WebAssembly\n`);
    warned = true;
    return createWasmEngine();
  }
}
