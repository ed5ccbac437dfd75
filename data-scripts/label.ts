import path from 'node:path';
import { passedOverWords } from '../inputs/datasets/image-folder/list';
import { worth } from '../labelling/numbers';
import { differenceOf } from '../labelling/joined';
import { projectFolder, type ProjectSetup } from '../labelling/project-file';
import { statusInWords, statusOf, percent } from '../labelling/status';
import type { BatchItem, Project, Progress } from '../labelling/project';
import { progressLine } from '../notebooks/kit/progress-line';
import { main, UsageError } from './cli/command';
import { numberIn } from './cli/number';
import { openOptions, readOptions, usage, type LabelOptions } from './label/options';

// What reads features or fits models is loaded where it is needed: a status takes no time.

/** Labels a folder: on a page, or by the batches that it prints and the files that it reads. */
async function label(): Promise<void> {
  const options = readOptions();
  if (options.status) return printStatus(options);
  if (options['dry-run']) return printPreview(options);
  const { openProject } = await import('../labelling/project');
  const project = await openProject(openOptions(options));
  try {
    if (options.import !== undefined) await importLabels(project, options);
    if (options.next) await printNext(project, options);
    if (options.export !== undefined) await exportTo(project, options);
    if (options.import === undefined && !options.next && options.export === undefined)
      await servePage(project, options);
  } finally {
    await project.close();
  }
}

async function printStatus(options: LabelOptions): Promise<void> {
  if (options.budget !== undefined)
    throw new UsageError('--status changes nothing: give --budget to --next, or to the page');
  const status = await statusOf(projectFolder(openOptions(options)));
  console.log(options.json ? JSON.stringify(status, null, 2) : statusInWords(status));
}

async function printPreview(options: LabelOptions): Promise<void> {
  const { previewOf } = await import('../labelling/preview');
  const wanted = openOptions(options);
  const { setup, annotator, answered, images } = await previewOf(wanted, progressWords());
  console.log(`${settingsInWords(setup)}; all would be kept in ${projectFolder(wanted)}`);
  const { prices } = setup.settings;
  const limit = typeof wanted.budget === 'number' ? `of ${wanted.budget}` : 'no limit';
  console.log(`Budget: ${limit}; a label of yours costs ${prices.full}, an answer of the annotator ${prices.weak}`);
  if (annotator)
    console.log(
      `\nEach answer about $${annotator.dollars.toPrecision(2)} (estimated), asked with:\n\n${annotator.prompt}`,
    );
  const { annotator: journal, batch } = setup.settings;
  if (answered !== undefined)
    console.log(
      `\n${journal} holds answers to ${answered} of the ${setup.images.length} images; of others nothing is said`,
    );
  const first = images.length < batch ? `; the batch of ${batch} goes on after them` : '';
  console.log(`\n${images.length} images to label, the most useful first${first}:\n${images.join('\n')}`);
}

/** What is open of the batch; if it is done, what is learned from it and the next one. */
async function printNext(project: Project, { early, json }: LabelOptions): Promise<void> {
  tellDefaults(project);
  const { batch, ended, money } = await project.update({ early, progress: progressWords() });
  const open = batch.filter(({ isOpen }) => isOpen);
  if (json) return console.log(JSON.stringify({ ended: ended ?? null, money, images: open.map(shown) }, null, 2));
  console.error(ended ?? `${open.length} images to label, the most useful first:`);
  for (const item of open) console.log(`${item.image}\t${item.level}\t${reason(item)}`);
}

const shown = ({ image, level, price, value, uncertainty, likeliest, hint }: BatchItem) => ({
  path: image,
  level,
  price,
  why: { ...(value !== undefined && { value }), ...(uncertainty !== undefined && { uncertainty }) },
  likeliest,
  ...(hint && { hint }),
});

function reason({ value, uncertainty, likeliest: [first], hint, price }: BatchItem): string {
  const answer = hint && (hint.fine ?? hint.coarse ?? 'nothing of the list');
  const words = [
    ...(value === undefined ? [] : [`worth ${worth(value)} to the strategy`]),
    ...(uncertainty === undefined ? [] : [`the model is ${percent(1 - uncertainty)} sure of ${first!.fine}`]),
    ...(answer === undefined ? [] : [`the annotator says ${answer}`]),
    `costs ${price}`,
  ];
  return words.join('; ');
}

async function importLabels(project: Project, { import: file, by = 'me', adjudicate }: LabelOptions): Promise<void> {
  const { readLabels } = await import('../labelling/import-labels');
  const before = project.state();
  const { statements, open } = readLabels(file!, project.setup.images, { by, adjudicate });
  const { labelled, skipped, notInList, conflicts, batch } = await project.labelAll(statements);
  const left = batch.filter((item) => item.isOpen).length;
  console.log(
    `${statements.length} labels read${open ? `, ${open} entries without one` : ''}: ${labelled} images labelled ` +
      `(${before.labelled} before), ${skipped} skipped, ${notInList} not in the list, ${conflicts.length} conflicts; ` +
      (left ? `${left} of the batch are open` : 'nothing is open: --next learns and chooses what is next'),
  );
}

async function exportTo(project: Project, { export: folder, format }: LabelOptions): Promise<void> {
  const { exportProject } = await import('../labelling/export');
  const { imageFormats } = await import('../labelling/export-images');
  const wanted = imageFormats.find((name) => name === format);
  if (format !== undefined && !wanted)
    throw new UsageError(`Unexpected --format: "${format}"; expected ${imageFormats.join(' or ')}`);
  const lines = await exportProject(project, path.resolve(folder!), {
    ...(wanted && { format: wanted }),
    progress: progressWords(),
  });
  for (const line of lines) console.log(line);
}

/** Until an interrupt. */
async function servePage(project: Project, { by, port, 'no-open': noOpen }: LabelOptions): Promise<void> {
  tellDefaults(project);
  const { serve } = await import('../labelling/server');
  const at = port === undefined ? undefined : numberIn('port', port, { whole: true, from: 0, to: 65_535 });
  const server = await serve(project, {
    open: !noOpen,
    ...(by !== undefined && { by }),
    ...(at !== undefined && { port: at }),
  });
  console.log(
    `Label at ${server.url}\nAll is kept at once; an interrupt (Ctrl+C) ends this, and the same command goes on.`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await server.close();
}

/** What is not said is decided: said where a project begins. */
function tellDefaults(project: Project): void {
  if (project.state().round) return;
  console.error(`${settingsInWords(project.setup)}; all is kept in ${project.out}`);
}

function settingsInWords(setup: ProjectSetup): string {
  const { images, classes, settings } = setup;
  const { unused } = differenceOf(setup);
  const { strategy, learner, annotator, question, batch, extractor } = settings;
  const what = question === 'both' ? 'group and class' : question === 'fine' ? 'the class' : 'the group';
  const asked = annotator === null ? 'no annotator' : `annotator ${annotator}, asked for ${what}`;
  return (
    `${images.length} images, ${classes.length} classes; strategy ${strategy}, learner ${learner}, ${asked}, ` +
    `images described by ${extractor}, ${batch} labels a batch${unused.length ? `; passed over: ${passedOverWords(unused)}` : ''}`
  );
}

/** Each stage of an update on a line of its own. */
function progressWords(): Progress {
  let stage: string | undefined;
  let line: ReturnType<typeof progressLine> | undefined;
  return (now, share) => {
    if (now !== stage) line = progressLine(100, now);
    stage = now;
    line!.update(Math.round(100 * share));
  };
}

main(usage, label);
