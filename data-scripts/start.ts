import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from '../lib/errors';
import { profileNamed } from '../lib/study/profiles';
import { repositoryRoot } from '../lib/root';
import { main, UsageError } from './cli/command';
import { executeFile } from '../notebooks/kit/execute';
import { headlinesOf } from '../notebooks/kit/headline';
import { readNotebook } from '../notebooks/kit/nbformat';
import type { Notebook } from '../notebooks/kit/nbformat';
import { listNotebooks, listOwnNotebooks } from '../notebooks/kit/notebooks';
import { duration } from '../lib/duration';
import { printProgress } from '../notebooks/kit/progress-printer';
import { buildReport } from '../notebooks/kit/report/report';

const usage = `npm start [-- --profile quick|full]
       --profile   quick: minutes; full: more seeds and rounds. Default: quick
       e.g. npm start -- --profile full`;
const results = path.join(repositoryRoot, 'results');
const show = (file: string): string => path.relative(process.cwd(), file);

/**
 * Executes the project's notebooks in their order and leaves figures, executed notebooks and one report in results/. A
 * notebook that fails keeps its place in the report as far as it came, and the last run's figures stay.
 */
main(usage, async () => {
  const { values } = parseArgs({ options: { profile: { type: 'string', default: 'quick' } } });
  const { profile } = values;
  profileNamed(profile);
  const inputs = listNotebooks();
  if (!inputs.length) throw new UsageError('There are no notebooks in notebooks/');
  const start = performance.now();
  const newFigures = path.join(results, 'figures-unfinished');
  rmSync(newFigures, { recursive: true, force: true });
  mkdirSync(newFigures, { recursive: true });
  const executed: { name: string; notebook: Notebook }[] = [];
  const failed: string[] = [];
  for (const input of inputs) {
    const output = path.join(results, 'notebooks', path.basename(input));
    rmSync(output, { force: true });
    console.log(`\n${show(input)} (profile ${profile})`);
    const options = { parameters: { profile }, env: { FIGURES_DIR: newFigures }, onProgress: printProgress() };
    await executeFile(input, output, options).catch((error: unknown) => {
      failed.push(show(input));
      console.error(`\n${error instanceof Error ? error.message : String(error)}\n`);
    });
    if (existsSync(output)) executed.push({ name: path.basename(input, '.ipynb'), notebook: readNotebook(output) });
  }
  const report = path.join(results, 'report.html');
  const title = 'Vision-language models as weak annotators in active learning';
  const unfinished = failed.length ? `; unfinished: ${failed.join(', ')}` : '';
  const subtitle = `Made by npm start, profile ${profile}${unfinished}`;
  writeFileSync(report, buildReport({ title, subtitle, notebooks: executed }));
  const figures = failed.length ? newFigures : replaceFigures(newFigures);
  printHeadlines(executed.map(({ notebook }) => notebook));
  console.log(`\nReport              ${show(report)}`);
  console.log(`Executed notebooks  ${show(path.join(results, 'notebooks'))}${path.sep}`);
  console.log(`Figures             ${show(figures)}${path.sep} (${readdirSync(figures).length} SVG)`);
  console.log(`Time                ${duration((performance.now() - start) / 1000)}`);
  const own = listOwnNotebooks().map(show);
  if (own.length) console.log(`Not run             ${own.join(', ')}; npm run execute -- ${own[0]!}`);
  if (failed.length) throw new InputError(`${failed.join(', ')} failed; the errors are above, and in the report`);
});

/** Puts the figures of a run that succeeded in the place of the last one's. @returns their folder. */
function replaceFigures(newFigures: string): string {
  const figures = path.join(results, 'figures');
  rmSync(figures, { recursive: true, force: true });
  renameSync(newFigures, figures);
  return figures;
}

function printHeadlines(notebooks: readonly Notebook[]): void {
  const headlines = notebooks.flatMap(headlinesOf);
  const width = Math.max(0, ...headlines.map(({ name }) => name.length));
  if (headlines.length) console.log('');
  for (const { name, value } of headlines) console.log(`${name.padEnd(width)}  ${value}`);
}
