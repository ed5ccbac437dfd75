import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { main, UsageError } from '../../data-scripts/cli/command';
import type { RoundRecord } from '../../lib/rounds/record';
import { completeSeeds } from '../../notebooks/kit/recorded/photographs';
import { recordsFolder, writeRecords } from '../../notebooks/kit/recorded/read';

/**
 * Puts what `npm run experiment` left in a folder where notebook 03 reads it, under a data set's short name (or `beyond-` and that, with the data set as --dataset): the seeds that
 * are complete for the strategies named. For data that cannot come with the project, so that `npm run records:make` has none.
 */
const usage = 'npx tsx test/bench/pack-records.ts --from DIR --name NAME --strategies a,b [--dataset NAME]';

function pack(): void {
  const option = { type: 'string' } as const;
  const { from, name, strategies, dataset } = parseArgs({
    options: { from: option, name: option, strategies: option, dataset: option },
  }).values;
  if (!from || !name || !strategies) throw new UsageError('Expected --from DIR, --name NAME and --strategies a,b');
  const lines = readFileSync(path.join(from, 'rounds.jsonl'), 'utf8').trimEnd().split('\n');
  const records = lines.map((line): RoundRecord => ({
    ...(JSON.parse(line) as RoundRecord),
    dataset: dataset ?? name,
  }));
  const kept = completeSeeds(records, strategies.split(','));
  if (!kept.length) throw new UsageError(`${from} has no seed that is complete for ${strategies}`);
  const bytes = writeRecords(name, kept, recordsFolder());
  console.log(
    `${name}: ${kept.length} rounds, seeds ${[...new Set(kept.map(({ seed }) => seed))].join(', ')}; ${bytes} bytes`,
  );
}

main(usage, pack);
