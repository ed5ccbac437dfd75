import path from 'node:path';
import { main } from '../../cli/command';
import { progressLine } from '../../cli/progress-line';
import { Interrupted, runGrid, type GridProgress } from '../grid';
import { mergeResults } from '../results/merge';
import { completeGrid, parseRequest, type Request } from './options';
import { onInterrupt } from './interrupt';

const usage =
  'npm run experiment -- --dataset NAME --strategies a,b,c --seeds N --rounds N --budget MONEY --out DIR\n' +
  '  [--weak-cost 0.01,0.05] [--config FILE.json] [--workers N] [--shard i/n]\n' +
  '  or: npm run experiment -- --merge DIR [DIR ...] --out DIR';

main(usage, async () => {
  const request = parseRequest(process.argv.slice(2));
  if (request.merge) {
    const records = await mergeResults(request.merge, request.out);
    console.log(`${records.length} rounds in ${path.join(request.out, 'rounds.jsonl')}`);
  } else await run(request);
});

/** Runs the grid, showing progress; Ctrl-C stops it so that the same command goes on. */
async function run({ grid, ...options }: Request): Promise<void> {
  const setup = completeGrid(grid);
  let last: GridProgress | undefined;
  let line: ReturnType<typeof progressLine> | undefined;
  const onProgress = (progress: GridProgress): void => {
    last = progress;
    line ??= progressLine(progress.total, 'rounds');
    line.update(progress.done, undefined, progress.remainingMs && progress.remainingMs / 1000);
  };
  const signal = onInterrupt();
  try {
    const records = await runGrid({ ...setup, ...options, signal, onProgress });
    line?.finish();
    console.log(`${records.length} rounds in ${path.join(options.out, 'rounds.jsonl')}`);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.exitCode = 130;
    const safe = last ? `${last.done} of ${last.total} rounds are safe in ${options.out}` : 'nothing was run yet';
    console.error(`\nInterrupted: ${safe}; the same command goes on from there`);
  }
}
