import type { InferenceSession } from 'onnxruntime-node';
import { availableParallelism } from 'node:os';
import { loadOnnxruntime } from '../../../lib/engine/load-onnxruntime';
import { row, type Matrix, matrix } from '../../../lib/engine/matrix';
import { check, InputError } from '../../../lib/errors';
import { asFloats, asHalves } from '../../../lib/engine/floats';

/** An image model that is ready to run. */
export interface OnnxModel {
  /** E.g. `onnxruntime 1.30.0, 2 threads`. */
  readonly engine: string;
  /** Pixels [n, 3, height, width] -> features [n, D]. */
  run(pixels: Float32Array, height: number, width: number): Promise<Matrix>;
}

/** A model's bytes or its file. */
export type OnnxSource = Uint8Array | string;

/** Threads that sleep when idle: spinning ones steal the cores of whatever decodes the next images. */
export const quietSession = (threads = availableParallelism()): InferenceSession.SessionOptions => ({
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
});

/**
 * Starts an ONNX model on all cores. `output` names the result to take, by default the `preferred` one if it is there, else the first: rows as they are, of tokens [n, T, D] the first
 * (the class token), of maps [n, D, h, w] the mean over positions. A model made for batches of one size is given such
 * batches, the last one filled up with zeros.
 * @throws InputError for a model that cannot be loaded, of several inputs, of whole numbers or channels last, or without that output.
 */
export async function openOnnxModel(
  source: OnnxSource,
  name: string,
  {
    output,
    preferred,
    threads = availableParallelism(),
  }: { readonly output?: string | undefined; readonly preferred?: string | undefined; readonly threads?: number } = {},
): Promise<OnnxModel> {
  const ort = await loadOnnxruntime();
  const options = quietSession(threads);
  let session: InferenceSession;
  try {
    // Two calls, because the overloads take one type each
    session =
      typeof source === 'string'
        ? await ort.InferenceSession.create(source, options)
        : await ort.InferenceSession.create(source, options);
  } catch (error) {
    check(false, `Cannot load the ONNX model ${name}: ${(error as Error).message}; is it a whole .onnx file?`);
  }
  const { inputNames, outputNames } = session;
  check(inputNames.length === 1, `${name} has the inputs ${inputNames.join(', ')}; expected pixels alone`);
  const wanted = output ?? outputNames.find((known) => known === preferred) ?? outputNames[0]!;
  check(outputNames.includes(wanted), `${name} has no output "${wanted}"; expected one of ${outputNames.join(', ')}`);
  const [fixedBatch, , ...fixedSize] = shapeOf(session, name);
  const half = typeOf(session, name) === 'float16';
  const tensor = (pixels: Float32Array, n: number, height: number, width: number) =>
    half
      ? new ort.Tensor('float16', asHalves(pixels), [n, 3, height, width])
      : new ort.Tensor('float32', pixels, [n, 3, height, width]);
  const once = async (pixels: Float32Array, n: number, height: number, width: number): Promise<Matrix> => {
    const result = await session
      .run({ [inputNames[0]!]: tensor(pixels, n, height, width) }, [wanted])
      .catch(({ message }: Error) => {
        throw new InputError(`${name} fails on pictures of ${height} x ${width}: ${message}`);
      });
    const { data, dims, type } = result[wanted]!;
    check(
      type === 'float32' || type === 'float16',
      `${name}: output "${wanted}" is ${type}; expected float32 or float16`,
    );
    const { buffer, byteOffset, byteLength } = data as Float32Array | Uint16Array;
    const floats = asFloats(new Uint8Array(buffer, byteOffset, byteLength), type === 'float16' ? 'F16' : 'F32');
    return asRows(floats, dims, `${name}: output "${wanted}"`);
  };
  return {
    engine: `onnxruntime ${ort.env.versions.node ?? ''}, ${threads} thread${threads === 1 ? '' : 's'}`,
    async run(pixels, height, width) {
      check(
        [height, width].every((length, i) => typeof fixedSize[i] !== 'number' || fixedSize[i] === length),
        `${name} takes pictures of ${fixedSize.join(' x ')}, but preprocessor_config.json makes them ${height} x ${width}`,
      );
      const size = 3 * height * width;
      const n = pixels.length / size;
      if (typeof fixedBatch !== 'number' || fixedBatch < 1) return once(pixels, n, height, width);
      const parts: Matrix[] = [];
      for (let from = 0; from < n; from += fixedBatch) {
        const batch = new Float32Array(fixedBatch * size);
        batch.set(pixels.subarray(from * size, (from + fixedBatch) * size));
        parts.push(await once(batch, fixedBatch, height, width));
      }
      return firstRows(parts, n);
    },
  };
}

/**
 * The declared shape of the only input: numbers where fixed, names where not; empty if unknown.
 * @throws InputError for one that is no batch of pictures of three channels, channels first.
 */
function shapeOf({ inputMetadata }: InferenceSession, name: string): readonly (number | string)[] {
  const [input] = inputMetadata;
  const shape = input && 'shape' in input ? input.shape : [];
  const isChannels = (dimension: number | string | undefined): boolean =>
    typeof dimension === 'number' ? dimension === 3 : /^c$|channel/i.test(dimension ?? '');
  const open = typeof shape[1] !== 'number' && !isChannels(shape[3]);
  check(
    !shape.length || (shape.length === 4 && (isChannels(shape[1]) || open)),
    `${name} takes [${shape.join(', ')}]; expected [n, 3, height, width], channels first: export the model that way`,
  );
  return shape;
}

/** The type of the only input. */
function typeOf({ inputMetadata }: InferenceSession, name: string): 'float32' | 'float16' {
  const [input] = inputMetadata;
  const type = input && 'type' in input ? input.type : 'float32';
  check(
    type === 'float32' || type === 'float16',
    `${name} takes ${type}; expected a model of float32 or float16 pixels`,
  );
  return type;
}

/** The first `n` rows of the parts, one below the other. */
function firstRows(parts: readonly Matrix[], n: number): Matrix {
  const columns = parts[0]?.columns ?? 0;
  const out = matrix(n, columns);
  let at = 0;
  for (const part of parts) for (let i = 0; i < part.rows && at < n; i++) row(out, at++).set(row(part, i));
  return out;
}

function asRows(data: Float32Array, dims: readonly number[], where: string): Matrix {
  const [n = 0, second = 0, third = 1, fourth = 1] = dims;
  if (dims.length === 2) return matrix(n, second, data);
  if (dims.length === 3) {
    const tokens = matrix(n, second * third, data);
    const out = matrix(n, third);
    for (let i = 0; i < n; i++) row(out, i).set(row(tokens, i).subarray(0, third));
    return out;
  }
  check(dims.length === 4, `${where} has the shape [${dims.join(', ')}]; expected two to four dimensions`);
  const maps = second !== third || third === fourth;
  check(
    maps,
    `${where} has the shape [${dims.join(', ')}], channels last; expected [n, D, h, w]: export the model that way`,
  );
  const size = third * fourth;
  const out = matrix(n, second);
  for (let i = 0; i < data.length; i++) out.data[Math.floor(i / size)]! += data[i]! / size;
  return out;
}
