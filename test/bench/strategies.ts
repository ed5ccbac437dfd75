import { typefaces } from '../../inputs/datasets/typefaces';
import { experiment } from '../../lib/rounds/experiment';
import type { RoundRecord } from '../../lib/rounds/record';
import { features } from '../../inputs/features/store';
import { createStrategy, strategies } from '../../lib/strategies/registry';
import { quantile } from './compare';

const ROUNDS = 5;

/**
 * Prints what a query costs each strategy on the embedded data, as a Markdown table: median and largest time of rounds
 * 1 to 4, 100 cost units each, at the defaults. The networks are trained for 100 steps only, which changes what is
 * chosen but not how long choosing takes.
 */
export async function strategyCosts(): Promise<void> {
  const data = await typefaces();
  const extracted = await features(data);
  const runs = new Map<string, RoundRecord[]>();
  const run = async (strategy: string): Promise<RoundRecord[]> => {
    const { matches } = createStrategy(strategy);
    const followed = matches === undefined ? undefined : (runs.get(matches) ?? (await run(matches)));
    const matched = followed?.map(({ boughtFull, boughtWeak }) => ({ full: boughtFull, weak: boughtWeak }));
    const setup = {
      data,
      features: extracted,
      strategy,
      seed: 0,
      rounds: ROUNDS,
      budget: 100,
      training: { steps: 100 },
    };
    const records: RoundRecord[] = [];
    for await (const record of experiment({ ...setup, ...(matched && { matched }) })) records.push(record);
    runs.set(strategy, records);
    return records;
  };
  console.log('| strategy | labels | source | choosing, s a round (median; most) |\n| --- | --- | --- | --- |');
  for (const { name, buys, source } of strategies) {
    const records = runs.get(name) ?? (await run(name));
    const times = records.slice(1).map(({ timing }) => timing.selectMs / 1000);
    const cost = `${quantile(times, 0.5).toFixed(2)}; ${Math.max(...times).toFixed(2)}`;
    console.log(`| ${name} | ${buys.join(' and ')} | ${source} | ${cost} |`);
  }
}
