import path from 'node:path';
import { main } from './cli/command';
import { progressLine } from '../lib/progress-line';
import { Interrupted, runGrid, type GridProgress } from '../lib/study/grid';
import { exportCsv } from '../lib/study/results/export';
import { mergeResults } from '../lib/study/results/merge';
import { summaryRows } from '../lib/study/statistics/summary';
import { onInterrupt } from './experiment/interrupt';
import { completeGrid, parseRequest, type Request } from './experiment/options';
import { submit } from './experiment/submit';
import { textTable } from './experiment/text-table';

const usage =
  'npm run experiment -- --dataset NAME --strategies a,b,c --seeds N --rounds N --budget MONEY --out DIR\n' +
  '  [--weak-cost 0.01,0.05] [--extractor fisher|vit-b16|dinov2-b14|PATH] [--trainer fast|tfjs|vit]\n' +
  '  [--config FILE.json] [--workers N] [--shard i/n] [--export csv]\n' +
  '  [--submit slurm [--jobs N] [--no-wait]]\n' +
  '  or: npm run experiment -- --merge DIR [DIR ...] --out DIR [--export csv]\n' +
  '  or: npm run experiment -- --out DIR --export csv';

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

/** Runs the grid, showing progress and a summary; Ctrl-C stops it so that the same command goes on. */
async function run({ grid, out, workers, shard }: Request): Promise<void> {
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
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const safe = last ? `${last.done} of ${last.total} rounds are safe in ${out}` : 'nothing was run yet';
    throw new Interrupted(`Interrupted: ${safe}; the same command goes on from there`);
  }
}
