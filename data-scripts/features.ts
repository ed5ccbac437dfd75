import { parseArgs } from 'node:util';
import { main, UsageError } from './cli/command';
import { progressLine } from '../notebooks/kit/progress-line';
import { tellPassedOver } from '../inputs/datasets/image-folder/list';
import { datasetNames, loadDataset } from '../inputs/datasets/registry';
import { extractorNames } from '../inputs/features/extractors/registry';
import { features } from '../inputs/features/store';

const usage =
  'npm run features -- --dataset NAME [--extractor E]\n' +
  `       NAME: ${datasetNames}\n       E: ${extractorNames}; default: fisher
       e.g. npm run features -- --dataset typefaces`;

/** Computes a data set's features into the cache, so that experiments find them; goes on where it was stopped. */
async function computeFeatures(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { dataset: { type: 'string' }, extractor: { type: 'string' } },
  });
  if (positionals.length) throw new UsageError(`Unexpected "${positionals[0]}"`);
  const { dataset, extractor = 'fisher' } = values;
  if (!dataset) throw new UsageError('Expected --dataset NAME');
  const data = await loadDataset(dataset);
  tellPassedOver(data);
  const total = data.pool.fine.length + data.test.fine.length;
  const line = progressLine(total, `features of ${data.name} by ${extractor}`);
  const found = await features(data, { extractor, progress: (share) => line.update(Math.round(share * total)) });
  line.finish();
  console.log(
    `${found.extractor}: ${found.pool.rows} + ${found.test.rows} images, ${found.pool.columns} features each`,
  );
}

main(usage, computeFeatures);
