import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { main, UsageError } from '../../data-scripts/cli/command';
import type { RoundRecord } from '../../lib/rounds/record';
import { completeSeeds } from '../../notebooks/kit/recorded/photographs';
import { recordedLines, recordsFolder, writeRecords } from '../../notebooks/kit/recorded/read';

/**
 * Puts what `npm run experiment` left in a folder where notebook 03 reads it, under a data set's short name (or `beyond-` and that, with the data set as --dataset): the seeds that
 * are complete for the strategies named. For data that cannot come with the project, so that `npm run records:make` has none.
 * --adds: to what that record holds already; --as: a variant's name in place of its strategy's.
 */
const usage =
  'npx tsx test/bench/pack-records.ts --from DIR [--from DIR ...] --name NAME --strategies a,b [--dataset NAME] [--as NAME] [--adds]';

function pack(): void {
  const option = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const folders = { type: 'string', multiple: true, default: [] as string[] } as const;
  const { from, name, strategies, dataset, as, adds } = parseArgs({
    options: { from: folders, name: option, strategies: option, dataset: option, as: option, adds: flag },
  }).values;
  if (!from.length || !name || !strategies)
    throw new UsageError('Expected --from DIR, --name NAME and --strategies a,b');
  const change = { dataset: dataset ?? name, ...(as !== undefined && { strategy: as }) };
  const named = from.flatMap((folder) => {
    const lines = readFileSync(path.join(folder, 'rounds.jsonl'), 'utf8').trimEnd().split('\n');
    return lines.map((line) => ({ ...(JSON.parse(line) as RoundRecord), ...change }));
  });
  const runOf = ({ strategy, weakCost, seed }: RoundRecord): string => JSON.stringify([strategy, weakCost, seed]);
  const isNew = new Set(named.map(runOf));
  const before = adds ? ((recordedLines(name) ?? []) as RoundRecord[]) : [];
  const others = before.filter((record) => !isNew.has(runOf(record)));
  const kept = completeSeeds([...others, ...named], strategies.split(','));
  if (!kept.length) throw new UsageError(`${from.join(', ')}: no seed is complete for ${strategies}`);
  const bytes = writeRecords(name, kept, recordsFolder());
  console.log(
    `${name}: ${kept.length} rounds, seeds ${[...new Set(kept.map(({ seed }) => seed))].join(', ')}; ${bytes} bytes`,
  );
}

main(usage, pack);
