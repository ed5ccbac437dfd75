import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cardOf, type DatasetCard } from '../lib/datasets/card';
import { contactSheet } from '../lib/datasets/contact-sheet';
import { datasets, loadDataset } from '../lib/datasets/registry';
import { main, UsageError } from '../lib/cli/command';

const usage = `npm run dataset -- NAME [--json] [--sheet FILE.png]\n       NAME: ${Object.keys(datasets).join(', ')}`;

/** Prints a data set's card, as text or JSON, and draws its contact sheet where asked to. */
async function printCard(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, sheet: { type: 'string' } },
  });
  if (positionals.length !== 1) throw new UsageError(`Expected one data set, got ${positionals.length}`);
  const dataset = await loadDataset(positionals[0]!);
  if (values.sheet !== undefined) {
    writeFileSync(values.sheet, contactSheet(dataset));
    console.error(`Contact sheet: ${values.sheet}`);
  }
  console.log(values.json ? JSON.stringify(cardOf(dataset), null, 2) : asText(cardOf(dataset)));
}

function asText(card: DatasetCard): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} % right`;
  const lines: [string, string | undefined][] = [
    ['name', card.name],
    ['title', card.title],
    ['classes', `${card.fine} fine in ${card.coarse} coarse`],
    ['images', `${card.pool} pool, ${card.test} test`],
    ['size', card.image && `${card.image[0]} x ${card.image[1]}, ${card.image[2] === 1 ? 'gray' : 'RGB'}`],
    ['weak labels', card.annotator],
    ['  coarse', card.weakLabelAccuracy && percent(card.weakLabelAccuracy.coarse)],
    ['  fine', card.weakLabelAccuracy?.fine === undefined ? undefined : percent(card.weakLabelAccuracy.fine)],
  ];
  return lines.flatMap(([key, value]) => (value === undefined ? [] : [`${key.padEnd(12)} ${value}`])).join('\n');
}

main(usage, printCard);
