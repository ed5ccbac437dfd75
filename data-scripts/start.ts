import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from '../lib/errors';
import { features, loadDataset } from '../lib/index';
import { profileNamed } from '../notebooks/kit/profiles';
import { repositoryRoot } from '../lib/root';
import { main, UsageError } from './cli/command';
import { watched } from './experiment/watched';
import { executeFile } from '../notebooks/kit/execute';
import { plotlyScript } from '../notebooks/kit/figures/show';
import { headlinesOf } from '../notebooks/kit/headline';
import { readNotebook } from '../notebooks/kit/nbformat';
import type { Notebook } from '../notebooks/kit/nbformat';
import { listNotebooks, listOwnNotebooks } from '../notebooks/kit/notebooks';
import { duration } from '../lib/duration';
import { makeRecords } from '../notebooks/kit/recorded/make';
import { studies } from '../notebooks/kit/recorded/studies';
import { findingsOf, type Finding } from '../notebooks/kit/report/findings';
import { notebookPage, plotlyFile } from '../notebooks/kit/report/notebook-page';
import { buildReport } from '../notebooks/kit/report/report';

const usage = `npm start [-- --profile quick|full]
       --profile   quick: draws the recorded studies and checks them by short runs; full: makes the studies anew, in
                   results/records (more than an hour; stopped or killed, the same command goes on), and draws those
       e.g. npm start -- --profile full`;
const results = path.join(repositoryRoot, 'results');
const pages = path.join(results, 'notebooks');
const show = (file: string): string => path.relative(process.cwd(), file);

interface Executed {
  readonly name: string;
  readonly notebook: Notebook;
}

/**
 * Executes the project's notebooks, two side by side, and leaves one report, a page a notebook and the figures in results/.
 * A notebook that fails keeps its page as far as it came, and the last run's figures stay.
 */
main(usage, async () => {
  const { values } = parseArgs({ options: { profile: { type: 'string', default: 'quick' } } });
  const { profile } = values;
  profileNamed(profile);
  const inputs = listNotebooks();
  if (!inputs.length) throw new UsageError('There are no notebooks in notebooks/');
  const start = performance.now();
  if (profile === 'full') await makeAll(path.join(results, 'records'));
  const newFigures = path.join(results, 'figures-unfinished');
  rmSync(newFigures, { recursive: true, force: true });
  mkdirSync(newFigures, { recursive: true });
  const failed: string[] = [];
  const executed = await execute(inputs, { parameters: { profile }, env: { FIGURES_DIR: newFigures } }, failed);
  const report = writeReport(executed, newFigures, profile, failed);
  const figures = failed.length ? newFigures : replaceFigures(newFigures);
  printHeadlines(executed.map(({ notebook }) => notebook));
  console.log(`\nReport     ${show(report)}`);
  console.log(`Notebooks  ${show(pages)}${path.sep} (executed, and as pages)`);
  console.log(`Figures    ${show(figures)}${path.sep} (${readdirSync(figures).length} SVG)`);
  console.log(`Time       ${duration((performance.now() - start) / 1000)}`);
  const own = listOwnNotebooks().map(show);
  if (own.length) console.log(`Not run    ${own.join(', ')}; npm run execute -- ${own[0]!}`);
  if (failed.length) throw new InputError(`${failed.join(', ')} failed; the errors are above, and in their pages`);
});

/** Makes every recorded study anew, and has the notebooks draw these. */
async function makeAll(records: string): Promise<void> {
  for (const study of studies) {
    console.log(`\n${study.name}: ${study.what}`);
    const { lines } = await watched((more) => makeRecords(study, { work: records, records, anew: true, ...more }));
    console.log(`${lines} lines`);
  }
  process.env['RECORDS_DIR'] = records;
}

/** Those that take longest, or learn from data of their own, by the begin of their names: they start first. */
const first = ['05', '06', '03', '00'];

/**
 * Two kernels at a time: while one computes with one core, or draws, the other uses the second. On a fresh clone the features
 * of the embedded data, which all but the first learn from, are made beside it, once, instead of by two kernels at the same time.
 */
async function execute(
  inputs: readonly string[],
  options: NonNullable<Parameters<typeof executeFile>[2]>,
  failed: string[],
): Promise<Executed[]> {
  const begins = (input: string) => path.basename(input).slice(0, 2);
  const others = inputs.filter((input) => !first.includes(begins(input)));
  const [longest, ...later] = [...first.flatMap((name) => inputs.filter((input) => begins(input) === name)), ...others];
  const queue = later.values();
  const one = async (input: string): Promise<void> => {
    const output = path.join(pages, path.basename(input));
    rmSync(output, { force: true });
    const began = performance.now();
    await executeFile(input, output, options).catch((error: unknown) => {
      failed.push(show(input));
      console.error(`\n${show(input)}: ${error instanceof Error ? error.message : String(error)}\n`);
    });
    console.log(`${show(input).padEnd(40)} ${duration((performance.now() - began) / 1000).padStart(12)}`);
  };
  console.log('Executing the notebooks, two at a time');
  const ready = loadDataset('typefaces')
    .then(features)
    .catch(() => undefined); // what fails here, fails and is told there
  const rest = async (): Promise<void> => {
    await ready;
    for (const input of queue) await one(input);
  };
  await Promise.all([one(longest!).then(rest), rest()]);
  const outputs = inputs.map((input) => path.join(pages, path.basename(input))).filter((file) => existsSync(file));
  return outputs.map((file) => ({ name: path.basename(file, '.ipynb'), notebook: readNotebook(file) }));
}

/** The report, and a page for each notebook. @returns the report's file. */
function writeReport(
  executed: readonly Executed[],
  figures: string,
  profile: string,
  failed: readonly string[],
): string {
  for (const { name, notebook } of executed)
    writeFileSync(path.join(pages, `${name}.html`), notebookPage({ name, notebook, back: '../report.html' }));
  writeFileSync(path.join(pages, plotlyFile), plotlyScript());
  const findSvg = (name: string): string | undefined => {
    const file = path.join(figures, `${name}.svg`);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
  const findings = (['verdict', 'finding'] as const).flatMap((tag) =>
    executed.map(({ name, notebook }): Finding => {
      const link = { href: `notebooks/${name}.html`, text: name.replaceAll('-', ' ') };
      return { html: findingsOf(notebook, tag, findSvg), link };
    }),
  );
  const title = 'Vision-language models as weak annotators in active learning';
  const unfinished = failed.length ? `; unfinished: ${failed.join(', ')}` : '';
  const made = profile === 'full' ? 'studies made anew' : 'recorded studies, held against short runs of today';
  const subtitle = `Made by npm start: ${made} (profile ${profile})${unfinished}`;
  const report = path.join(results, 'report.html');
  writeFileSync(report, buildReport({ title, subtitle, findings }));
  return report;
}

/** Puts the figures of a run that succeeded in the place of the last one's. @returns their folder. */
function replaceFigures(newFigures: string): string {
  const figures = path.join(results, 'figures');
  rmSync(figures, { recursive: true, force: true });
  renameSync(newFigures, figures);
  return figures;
}

function printHeadlines(notebooks: readonly Notebook[]): void {
  for (const { name, value } of notebooks.flatMap(headlinesOf)) console.log(`\n${name}\n  ${value}`);
}
