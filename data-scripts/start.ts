import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { profileNamed } from '../lib/study/profiles';
import { repositoryRoot } from '../lib/root';
import { main, UsageError } from './cli/command';
import { executeFile } from '../notebooks/kit/execute';
import { headlinesOf } from '../notebooks/kit/headline';
import type { Notebook } from '../notebooks/kit/nbformat';
import { listNotebooks } from '../notebooks/kit/notebooks';
import { duration } from '../lib/duration';
import { printProgress } from '../notebooks/kit/progress-printer';
import { buildReport } from '../notebooks/kit/report/report';

const usage = `npm start [-- --profile quick|full]
       --profile   quick: minutes; full: more seeds and rounds. Default: quick
       e.g. npm start -- --profile full`;
const results = path.join(repositoryRoot, 'results');
const show = (file: string): string => path.relative(process.cwd(), file);

/** Executes all notebooks in their order and leaves figures, executed notebooks and one report in results/. */
main(usage, async () => {
  const { values } = parseArgs({ options: { profile: { type: 'string', default: 'quick' } } });
  const { profile } = values;
  profileNamed(profile);
  const inputs = listNotebooks();
  if (!inputs.length) throw new UsageError('There are no notebooks in notebooks/');
  const start = performance.now();
  const figures = path.join(results, 'figures');
  rmSync(figures, { recursive: true, force: true });
  mkdirSync(figures, { recursive: true });
  const executed: { name: string; notebook: Notebook }[] = [];
  for (const input of inputs) {
    const output = path.join(results, 'notebooks', path.basename(input));
    console.log(`\n${show(input)} (profile ${profile})`);
    const options = { parameters: { profile }, env: { FIGURES_DIR: figures }, onProgress: printProgress() };
    const notebook = await executeFile(input, output, options).catch((error: unknown) => {
      console.error(`\nStopped. What was executed so far: ${show(output)}\n`);
      throw error;
    });
    executed.push({ name: path.basename(input, '.ipynb'), notebook });
  }
  const report = path.join(results, 'report.html');
  const title = 'Vision-language models as weak annotators in active learning';
  writeFileSync(report, buildReport({ title, subtitle: `Made by npm start, profile ${profile}`, notebooks: executed }));
  printHeadlines(executed.map(({ notebook }) => notebook));
  console.log(`\nReport              ${show(report)}`);
  console.log(`Executed notebooks  ${show(path.join(results, 'notebooks'))}${path.sep}`);
  console.log(`Figures             ${show(figures)}${path.sep} (${readdirSync(figures).length} SVG)`);
  console.log(`Time                ${duration((performance.now() - start) / 1000)}`);
});

function printHeadlines(notebooks: readonly Notebook[]): void {
  const headlines = notebooks.flatMap(headlinesOf);
  const width = Math.max(0, ...headlines.map(({ name }) => name.length));
  if (headlines.length) console.log('');
  for (const { name, value } of headlines) console.log(`${name.padEnd(width)}  ${value}`);
}
