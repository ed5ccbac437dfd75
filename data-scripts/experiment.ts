import path from 'node:path';
import { main } from './cli/command';
import { progressLine } from '../notebooks/kit/progress-line';
import { replaceFile } from '../lib/files';
import type { RoundRecord } from '../lib/rounds/record';
import { Interrupted, runGrid, type GridProgress, type GridSetup } from '../lib/study/grid';
import { exportCsv } from './experiment/export';
import { mergeResults } from './experiment/merge';
import { summaryRows } from '../lib/study/statistics/summary';
import { onInterrupt } from './experiment/interrupt';
import { completeGrid, parseRequest, type Request } from './experiment/options';
import { submit } from './experiment/submit';
import { textTable } from './experiment/text-table';

const usage =
  'npm run experiment -- --dataset NAME --strategies a,b,c --seeds N --rounds N --budget MONEY --out DIR\n' +
  '  [--weak-price 0.01,0.05] [--extractor fisher|vit-b16|dinov2-b14|PATH] [--learner NAME|FILE.ts] [--trainer fast|tfjs|vit]\n' +
  '  [--noise NAME|FILE.ts] [--annotator NAME|FILE.ts] [--question coarse|fine|both] [--validation N]\n' +
  '  [--config FILE.json] [--workers N] [--shard i/n] [--export csv] [--report]\n' +
  '  [--submit slurm [--jobs N] [--no-wait]]\n' +
  '  or: npm run experiment -- --merge DIR [DIR ...] --out DIR [--export csv]\n' +
  '  or: npm run experiment -- --out DIR --export csv' +
  `
       --dataset NAME      as for npm run dataset; NAME@FILE.jsonl takes the answers of a journal
       --strategies a,b    as npm run strategies lists them, or all
       --seeds N           0 to N-1, or a list: 3,4
       --rounds, --budget  rounds of a run, money a round (a full label costs 1)
       --weak-price        price of a weak label; several are compared (--weak-cost says the same)
       --extractor         what describes images; --learner (--trainer for the network): what learns
       --noise, --annotator  how the annotator's errors are modelled, and who it is; each a name or a file of yours
       --validation N      images of each class whose labels are free for choosing the best state (default 0)
       --config FILE.json  any of these, as data-scripts/experiment/grid.schema.json says; options go before it
       --out DIR           keeps the results; the same command goes on where it stopped
       --workers N         processes; --shard i/n: the i-th of n parts of the grid
       --merge DIR ...     joins the results of shards; --export: files beside them
       --report            a page of findings, DIR/report.html: verdict, curves, purchases, numbers
       --submit slurm      sends the grid to a cluster as --jobs N (10) jobs; --no-wait returns at once
       e.g. npm run experiment -- --dataset typefaces --strategies random,margin --seeds 3 --rounds 4 --budget 100 --out out`;

main(usage, async () => {
  const request = parseRequest(process.argv.slice(2));
  try {
    await work(request);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.exitCode = 130;
    console.error(`\n${error.message}`);
    return;
  }
  if (request.csv) console.log(exportCsv(request.out));
});

async function work(request: Request): Promise<void> {
  const { grid, merge, submit: cluster, csv, out } = request;
  if (merge) {
    const records = mergeResults(merge, out);
    console.log(`${records.length} rounds in ${path.join(out, 'rounds.jsonl')}`);
  } else if (cluster) await submit(grid, cluster.jobs, out, cluster.wait, onInterrupt());
  else if (!csv || Object.keys(grid).length) await run(request);
}

/** @returns the page's file. */
async function writeReport(records: readonly RoundRecord[], setup: GridSetup, out: string): Promise<string> {
  const { studyFindings } = await import('../notebooks/kit/report/study-report'); // what draws takes a second to load
  const { buildReport } = await import('../notebooks/kit/report/report');
  const file = path.join(out, 'report.html');
  const title = `Strategies on ${setup.dataset}`;
  const subtitle = `Made by npm run experiment: ${records.length} rounds`;
  replaceFile(file, buildReport({ title, subtitle, findings: await studyFindings(records, setup) }));
  return file;
}

/** Runs the grid, showing progress and a summary; Ctrl-C stops it so that the same command goes on. */
async function run({ grid, out, workers, shard, report }: Request): Promise<void> {
  const setup = completeGrid(grid);
  let last: GridProgress | undefined;
  let line: ReturnType<typeof progressLine> | undefined;
  const onProgress = (progress: GridProgress): void => {
    last = progress;
    line ??= progressLine(progress.total, 'rounds');
    line.update(progress.done, undefined, progress.remainingMs && progress.remainingMs / 1000);
  };
  const options = { out, ...(workers && { workers }), ...(shard && { shard }), signal: onInterrupt(), onProgress };
  try {
    const records = await runGrid({ ...setup, ...options });
    line?.finish();
    if (records.length) console.log(textTable(summaryRows(records)));
    console.log(`${records.length} rounds in ${path.join(out, 'rounds.jsonl')}`);
    if (report && records.length) console.log(await writeReport(records, setup, out));
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const safe = last ? `${last.done} of ${last.total} rounds are safe in ${out}` : 'nothing was run yet';
    throw new Interrupted(`Interrupted: ${safe}; the same command goes on from there`);
  }
}
