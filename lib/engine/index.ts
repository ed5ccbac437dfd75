import { InputError } from '../errors';
import type { Engine } from './engine';
import { createOnnxruntimeEngine } from './onnxruntime';
import { selfCheck } from './self-check';
import { createWasmEngine } from './wasm';

export type { Engine, ProductOptions } from './engine';

const makers: Record<string, () => Promise<Engine>> = { onnxruntime: createOnnxruntimeEngine, wasm: createWasmEngine };

export interface EngineOptions {
  /** `onnxruntime` or `wasm`. Default: the environment variable ENGINE, else onnxruntime where it can be loaded, else wasm. */
  name?: string;
}

/**
 * The engine that multiplies matrices, checked against plain loops before it is handed out.
 * @throws InputError for an unknown name; Error if the engine fails its self-check or, asked for by name, cannot be loaded.
 */
export async function createEngine({ name = process.env.ENGINE || undefined }: EngineOptions = {}): Promise<Engine> {
  const make = makers[name ?? 'onnxruntime'];
  if (!make) throw new InputError(`Unexpected engine: "${name}"; expected ${Object.keys(makers).join(' or ')}`);
  const engine = await make();
  await selfCheck(engine);
  return engine;
}
