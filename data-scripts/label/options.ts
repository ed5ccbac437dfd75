import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Question } from '../../inputs/annotators/choices';
import type { OpenOptions } from '../../labelling/project';
import { isJournal } from '../../labelling/project-file';
import { UsageError } from '../cli/command';
import { numberIn, type Range } from '../cli/number';

export const usage = `npm run label -- FOLDER [--classes hierarchy.csv] [options]
       labels the images of a folder, of any depth: opens a page in the browser, and goes on where it was
  the classes     --classes FILE.csv, a line "fine,coarse" for each; default: hierarchy.csv in the folder
  how, once       --strategy S (typiclust; with an annotator: weak-annotator-plus)  --learner L (mixture)  --batch LABELS (20)
                  --annotator A (gemini, openai-compatible, clip, local, or a journal FILE.jsonl)  --question fine|coarse|both
                  --extractor E (fisher)  --prices full=1,weak=0.01  --seed N
  what it costs   --budget N (in all, in the prices' unit; none: no limit)  --price-per-label MONEY
  the page        --port P  --no-open
  a look first    --dry-run  the settings, what the annotator would be asked, the first images: nobody asked, nothing kept
  without it      --next [--json] [--early]  prints what to label next; --early: though the batch is not done
                  --import FILE.csv|FILE.json [--adjudicate]  path,label[,by], or what Label Studio exports
                  --status [--json]
                  --export DIR [--format coco|folder]  labels, predictions, model, report, suspicious labels
  everywhere      --by NAME (who labels: me)  --out DIR (where all is kept: FOLDER.labels)
       e.g. npm run label -- photos --budget 200 --by ann`;

const [text, flag] = [{ type: 'string' }, { type: 'boolean', default: false }] as const;

export function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      classes: text,
      strategy: text,
      learner: text,
      annotator: text,
      question: text,
      extractor: text,
      prices: text,
      batch: text,
      seed: text,
      budget: text,
      'price-per-label': text,
      port: text,
      'no-open': flag,
      'dry-run': flag,
      next: flag,
      json: flag,
      early: flag,
      import: text,
      adjudicate: flag,
      status: flag,
      export: text,
      format: text,
      by: text,
      out: text,
    },
  });
  if (positionals.length !== 1) throw new UsageError(`Expected one folder, got ${positionals.length}`);
  return { ...values, folder: path.resolve(positionals[0]!) };
}

export type LabelOptions = ReturnType<typeof readOptions>;

/** What a project is opened with; what was not given is left out. */
export function openOptions(options: LabelOptions): OpenOptions {
  const { folder, classes, strategy, learner, annotator, question, extractor, prices, budget, out } = options;
  if (question !== undefined && !['fine', 'coarse', 'both'].includes(question))
    throw new UsageError(`Unexpected --question: "${question}"; expected fine, coarse or both`);
  const batch = given('batch', options.batch, { whole: true, from: 1 });
  const seed = given('seed', options.seed, { whole: true, from: 0 });
  const pricePerLabel = given('price-per-label', options['price-per-label'], { from: 0 });
  return {
    folder,
    ...(classes !== undefined && { classes: path.resolve(classes) }),
    ...(strategy !== undefined && { strategy }),
    ...(learner !== undefined && { learner }),
    ...(annotator !== undefined && { annotator: isJournal(annotator) ? path.resolve(annotator) : annotator }),
    ...(question !== undefined && { question: question as Question }),
    ...(extractor !== undefined && { extractor }),
    ...(prices !== undefined && { prices: pricesOf(prices) }),
    ...(batch !== undefined && { batch }),
    ...(seed !== undefined && { seed }),
    ...(out !== undefined && { out: path.resolve(out) }),
    ...(budget !== undefined && { budget: budget === 'none' ? null : numberIn('budget', budget, { above: 0 }) }),
    ...(pricePerLabel !== undefined && { pricePerLabel }),
  };
}

const given = (option: string, text: string | undefined, range: Range): number | undefined =>
  text === undefined ? undefined : numberIn(option, text, range);

/** "full=1,weak=0.05". */
function pricesOf(text: string): NonNullable<OpenOptions['prices']> {
  const pairs = text.split(',').map((part) => {
    const [, name, value] = /^\s*(full|weak)\s*=\s*(.+)$/.exec(part) ?? [];
    if (!name) throw new UsageError(`Unexpected --prices: "${part}"; expected full=NUMBER or weak=NUMBER`);
    return [name, numberIn('prices', value!, { above: 0 })] as const;
  });
  return Object.fromEntries(pairs);
}
