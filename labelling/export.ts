import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { formatCsv } from '../inputs/datasets/image-folder/csv';
import { matrix, row } from '../lib/engine/matrix';
import { check } from '../lib/errors';
import { cannotWrite, replaceFile } from '../lib/files';
import type { HeldOut } from '../lib/rounds/held-out';
import { exportImages, type ImageFormat } from './export-images';
import { labelOf } from './import-labels';
import type { Learning, Progress } from './learning';
import { saveModel } from './model';
import type { Project } from './project';
import { reportOf } from './report';
import { suspicions } from './suspicious';

export interface ExportOptions {
  /** What else to write: the labelled images as COCO's JSON or as folders of classes. */
  readonly format?: ImageFormat;
  readonly progress?: Progress;
}

/** What is known of a project, computed once for all files of an export. */
export interface Known {
  readonly project: Project;
  readonly learning: Learning;
  readonly heldOut: HeldOut;
}

const percentless = (probability: number): string => probability.toFixed(4);

/**
 * Writes what a project came to: `labels.csv`, `left-out.csv`, `predictions.csv` for the rest, `suspicious.csv`, `report.html`
 * and the model in `model/`. Returns what was written, a line each.
 * @throws InputError before there are two labels, and for a folder among the images or one that cannot be written.
 */
export async function exportProject(project: Project, folder: string, options: ExportOptions = {}): Promise<string[]> {
  const { format, progress = () => {} } = options;
  check(project.state().labelled + project.state().known > 1, 'There are no two labels yet: label some images first');
  const below = path.relative(project.setup.folder, folder);
  check(
    path.isAbsolute(below) || below.split(path.sep)[0] === '..',
    `${folder} is in the folder of the images, which would take the export's for new ones; export somewhere else`,
  );
  const learning = await project.learned(progress);
  const heldOut = await learning.heldOut((share) => progress('judging', share));
  const known = { project, learning, heldOut };
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  const lines: string[] = [];
  const write = (name: string, rows: readonly (readonly string[])[], what: string): void => {
    replaceFile(path.join(folder, name), formatCsv(rows));
    lines.push(`${path.join(folder, name)}: ${rows.length - 1} ${what}`);
  };
  write('labels.csv', labelRows(known), 'labels');
  write('left-out.csv', leftOutRows(known), 'images skipped, not in the list or disputed');
  write('predictions.csv', await predictionRows(known), 'predictions');
  write('suspicious.csv', await suspiciousRows(known), 'suspicious labels, worst first');
  saveModel(project.out, path.join(folder, 'model'));
  lines.push(`${path.join(folder, 'model')}: the model, for loadModel of labelling/model.ts`);
  replaceFile(path.join(folder, 'report.html'), await reportOf(known));
  lines.push(`${path.join(folder, 'report.html')}: how it went`);
  if (format !== undefined) lines.push(await exportImages(project, folder, format));
  return lines;
}

function labelRows({ project, learning, heldOut }: Known): string[][] {
  const confidence = new Map<string, number>();
  heldOut.images.forEach((image, i) =>
    confidence.set(learning.pathOf(image), row(heldOut.fine, i)[heldOut.labels[i]!]!),
  );
  const rows = project.images.flatMap((image) => {
    const { decided } = project.verdict(image);
    const label = project.labelOf(image);
    if (label === undefined) return [];
    const who = decided ? [decided.by, decided.at] : ['labels.csv', ''];
    return [[image, label, ...who, percentless(confidence.get(image) ?? NaN)]];
  });
  return [['path', 'label', 'by', 'when', 'confidence'], ...rows];
}

function leftOutRows({ project }: Known): string[][] {
  const rows = project.images.flatMap((image) => {
    const { holds, decided, isConflict, statements } = project.verdict(image);
    if (isConflict) return [[image, '(disputed)', [...statements.keys()].join(' '), '']];
    return holds && !('fine' in holds) ? [[image, labelOf(holds), decided!.by, decided!.at]] : [];
  });
  return [['path', 'why', 'by', 'when'], ...rows];
}

async function predictionRows({ project, learning }: Known): Promise<string[][]> {
  const rest = project.images.flatMap((image, i) => (learning.isLabelled(image) ? [] : [i]));
  const fine = rest.length ? await learning.session.posterior(rest) : matrix(0, project.classes.length);
  const { classes } = project;
  const rows = rest.map((image, i) => {
    const p = row(fine, i);
    const [first, second] = [...p.keys()].sort((a, b) => p[b]! - p[a]!);
    const of = (k: number | undefined): string[] =>
      k === undefined ? ['', ''] : [classes[k]!.fine, percentless(p[k]!)];
    return [
      project.images[image]!,
      classes[first!]!.fine,
      classes[first!]!.coarse,
      percentless(p[first!]!),
      ...of(second),
    ];
  });
  return [['path', 'label', 'group', 'probability', 'second', 'second_probability'], ...rows];
}

async function suspiciousRows({ project, learning, heldOut }: Known): Promise<string[][]> {
  const found = suspicions(heldOut);
  const answers = await learning.session.answersTo(
    found.map(({ image }) => image),
    { ask: false },
  );
  const { classes } = project;
  const rows = found.map(({ image, label, suggested, labelProbability, suggestedProbability }, i) => {
    const said = classes[answers[i]!.fine ?? -1]?.fine ?? '';
    const both = said !== '' && said !== classes[label]!.fine;
    const name = learning.pathOf(image);
    return [
      ...[name, classes[label]!.fine, project.verdict(name).decided?.by ?? 'labels.csv', percentless(labelProbability)],
      ...[classes[suggested]!.fine, percentless(suggestedProbability), said, both ? 'model and annotator' : 'model'],
    ];
  });
  const heading = [
    'path',
    'label',
    'by',
    'label_probability',
    'model',
    'model_probability',
    'annotator',
    'contradicted_by',
  ];
  return [heading, ...rows];
}
