import { parseArgs } from 'node:util';
import { main, UsageError } from '../../data-scripts/cli/command';
import { watched } from '../../data-scripts/experiment/watched';
import { loadAnnotated } from '../../lib/index';
import { runVariants } from '../../lib/study/variants';
import { realAblations } from '../../notebooks/kit/recorded/ablations';
import { recordsFolder, writeRecords } from '../../notebooks/kit/recorded/read';

/**
 * The ablations of notebook 04 on data that cannot come with the project, at a weak label's price of 0.01, written where the
 * notebook reads them: ablations-NAME. The method itself is the one of the main study there (pack-records.ts).
 */
const usage =
  'npx tsx test/bench/real-ablations.ts --dataset D@FILE.jsonl --extractor E --name NAME --seeds N --out DIR';

main(usage, async () => {
  const option = { type: 'string' } as const;
  const { dataset, extractor, name, seeds, out } = parseArgs({
    options: { dataset: option, extractor: option, name: option, seeds: option, out: option },
  }).values;
  if (!dataset || !name || !seeds || !out) throw new UsageError('Expected --dataset, --name, --seeds and --out');
  const { hierarchy } = await loadAnnotated(dataset);
  const base = { dataset, ...(extractor && { extractor }), seeds: Number(seeds), rounds: 6, budget: 100 };
  const records = await watched((more) =>
    runVariants(
      { ...base, prices: { weak: 0.01 }, stopAtChance: false, out, ...more },
      realAblations(hierarchy.coarse.length),
    ),
  );
  const lines = records.map((record) => ({ ...record, dataset: name }));
  console.log(`${name}: ${lines.length} rounds; ${writeRecords(`ablations-${name}`, lines, recordsFolder())} bytes`);
});
