import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cardOf, type DatasetCard } from '../inputs/datasets/card';
import { contactSheet } from '../inputs/datasets/contact-sheet';
import { proposedHierarchy } from '../inputs/datasets/image-folder';
import { parseCsv } from '../inputs/datasets/image-folder/csv';
import { passedOverWords } from '../inputs/datasets/image-folder/list';
import { datasetNames, folderPrefix, loadDataset } from '../inputs/datasets/registry';
import { checkImages } from '../inputs/datasets/unreadable';
import { main, UsageError } from './cli/command';
import { progressLine } from '../notebooks/kit/progress-line';

const usage = `npm run dataset -- NAME [--json] [--sheet FILE.png] [--check] [--propose-hierarchy]
       NAME: ${datasetNames}
       --check              decodes every image; lists those that cannot be in the data set's unreadable.txt, which leaves them out
       --propose-hierarchy  prints a hierarchy.csv for a folder of fine classes, by the last words of their names
       --json               prints the card as JSON
       --sheet FILE.png     draws a picture of all classes
       e.g. npm run dataset -- typefaces --json`;

/** Prints a data set's card, as text or JSON; checks its images and draws its contact sheet where asked to. */
async function printCard(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      sheet: { type: 'string' },
      check: { type: 'boolean', default: false },
      'propose-hierarchy': { type: 'boolean', default: false },
    },
  });
  if (positionals.length !== 1) throw new UsageError(`Expected one data set, got ${positionals.length}`);
  const name = positionals[0]!;
  if (values['propose-hierarchy']) {
    if (!name.startsWith(folderPrefix)) throw new UsageError(`"${name}" has a hierarchy; expected ${folderPrefix}PATH`);
    const proposal = proposedHierarchy(name.slice(folderPrefix.length));
    process.stdout.write(proposal);
    const groups = parseCsv(proposal)
      .slice(1)
      .map(([, coarse]) => coarse);
    if (new Set(groups).size === groups.length)
      console.error(
        'Every class is a group of its own: an annotator that names groups would have to name classes; correct the groups',
      );
    return;
  }
  if (values.check) await check(name);
  const dataset = await loadDataset(name);
  if (values.sheet !== undefined) {
    writeFileSync(values.sheet, await contactSheet(dataset));
    console.error(`Contact sheet: ${values.sheet}`);
  }
  console.log(values.json ? JSON.stringify(cardOf(dataset), null, 2) : asText(cardOf(dataset)));
}

async function check(name: string): Promise<void> {
  let line: ReturnType<typeof progressLine> | undefined;
  const { images, unreadable, doubtful, report } = await checkImages(
    () => loadDataset(name),
    (done, total) => (line ??= progressLine(total, 'images decoded')).update(done),
  );
  line?.finish();
  if (!report) console.error(images ? `All ${images} images can be read` : `${name} has no images in files to check`);
  else console.error(`${unreadable.length} of ${images} images cannot be read and are left out: see ${report}`);
  if (doubtful.length) console.error(`Look at them: ${passedOverWords(doubtful)}`);
}

function asText(card: DatasetCard): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} % right`;
  const lines: [string, string | undefined][] = [
    ['name', card.name],
    ['title', card.title],
    ['classes', `${card.fine} fine in ${card.coarse} coarse`],
    ['images', `${card.pool} pool, ${card.test} test`],
    ['size', card.image && `${card.image[0]} x ${card.image[1]}, ${card.image[2] === 1 ? 'gray' : 'RGB'}`],
    ['folder', card.folder],
    ['left out', card.leftOut === undefined ? undefined : `${card.leftOut} that cannot be read`],
    ['passed over', card.passedOver && passedOverWords(card.passedOver)],
    ['weak labels', card.annotator],
    ['  coarse', card.weakLabelAccuracy && percent(card.weakLabelAccuracy.coarse)],
    ['  fine', card.weakLabelAccuracy?.fine === undefined ? undefined : percent(card.weakLabelAccuracy.fine)],
  ];
  return lines.flatMap(([key, value]) => (value === undefined ? [] : [`${key.padEnd(12)} ${value}`])).join('\n');
}

main(usage, printCard);
