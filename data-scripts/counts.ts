import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { answerCounts, countsAsText } from '../inputs/annotators/answer-counts';
import { tellPassedOver } from '../inputs/datasets/image-folder/list';
import { loadAnnotated } from '../inputs/annotators/answers';
import { main, UsageError } from './cli/command';

const usage = `npm run counts -- --dataset NAME@FILE.jsonl --out FILE.json [--annotator WORDS] [--images WORDS]
       how often an annotator answered what to images of what, for notebook 01 and simulated(confusion=FILE.json)
       --annotator  what captions call it; default: the journal's model
       --images     what captions say of the images and of how the answers were joined to them; default: the data set's title
       e.g. npm run counts -- --dataset flowers102@answers.jsonl --out counts.json`;

async function count(): Promise<void> {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ options: { dataset: option, out: option, annotator: option, images: option } });
  const { dataset, out, annotator, images } = values;
  if (!dataset || !out) throw new UsageError('Expected --dataset NAME@FILE.jsonl and --out FILE.json');
  const data = await loadAnnotated(dataset);
  tellPassedOver(data);
  const counts = answerCounts(data, images ?? data.title);
  writeFileSync(out, countsAsText({ ...counts, ...(annotator !== undefined && { annotator }) }));
  console.log(`${out}: ${data.pool.fine.length} answers of ${annotator ?? counts.annotator}`);
}

main(usage, count);
