import type { Dataset } from '../../../lib/data/dataset';
import { sha256 } from '../cache';
import type { Preprocessing } from '../preprocessing/config';
import { RowJournal } from '../row-journal';
import type { Extracted, Extractor, Progress } from './extractor';
import { ModelPass } from './model-pass';
import type { OnnxModel } from './onnx-model';

export interface OnnxExtractorOptions {
  /** Part of the cache's file names. */
  readonly name: string;
  /** What is said in captions. */
  readonly title: string;
  readonly preprocessing: Preprocessing;
  /** SHA-256 of the model's file, and what else is done with it. */
  readonly modelHash: string;
  /** Which of its outputs, where that is a choice. */
  readonly output?: string | undefined;
  /** Starts the model; called once, and only where there is something to compute. */
  readonly open: () => Promise<OnnxModel>;
  /** Images that go through the model at once. */
  readonly batch?: number;
}

/** Raised whenever the same images, model and settings give other numbers than before. */
const VERSION = 1;

/** Features by an ONNX model, an image's row kept on disk as soon as it is computed. */
export function onnxExtractor(options: OnnxExtractorOptions): Extractor {
  const { name, title, preprocessing, modelHash, output, batch = 8 } = options;
  const settings = { version: VERSION, model: modelHash, preprocessing, ...(output !== undefined && { output }) };
  return {
    name,
    settings,
    async extract({ pool, test }: Dataset, base: string, progress?: Progress): Promise<Extracted> {
      const journal = RowJournal.open(`${base}.${sha256(JSON.stringify(settings)).slice(0, 16)}.rows`);
      try {
        const model = await options.open();
        const pass = new ModelPass(model, preprocessing, batch, journal);
        const total = pool.fine.length + test.fine.length;
        const rows = {
          pool: await pass.rows(pool, (done) => progress?.(done / total)),
          test: await pass.rows(test, (done) => progress?.((pool.fine.length + done) / total)),
        };
        pass.complain(total);
        return { ...rows, extractor: title, engine: model.engine, settled: () => journal.remove() };
      } finally {
        await journal.close();
      }
    },
  };
}
