import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from '../lib/errors';
import { replaceFile } from '../lib/files';
import { progressLine } from '../lib/progress-line';
import { repositoryRoot } from '../lib/root';
import { compareLines, heldInWords, holds } from '../notebooks/kit/recorded/hold';
import { recordedLines, recordsFolder, writeRecords } from '../notebooks/kit/recorded/read';
import { recordedSeeds, studies, type Study, type StudyOptions } from '../notebooks/kit/recorded/studies';
import { main, UsageError } from './cli/command';
import { onInterrupt } from './experiment/interrupt';

const usage =
  'npm run records:make [-- NAME ...] [--out results/records] [--anew] [--workers N]\n' +
  '       npm run records:check [-- NAME ...] [--seeds N] [--rounds N] [--workers N]' +
  `
       NAME          ${studies.map(({ name }) => name).join(', ')}; all unless given
       --out DIR     keeps what is finished: stopped or killed, the same command goes on (default: results/records)
       --anew        runs all of it; without, the main study goes on from the committed records (new strategies only)
       --seeds N     runs the first N of the ${recordedSeeds.length} recorded seeds again (default 1)
       --rounds N    and N rounds of each (default 2)
       --workers N   processes; all cores unless given
       e.g. npm run records:check -- ablations --seeds 1`;

/** Makes the records that the notebooks draw, or runs a part of them again and says whether they still hold. */
main(usage, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string', default: path.join('results', 'records') },
      anew: { type: 'boolean', default: false },
      seeds: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '2' },
      workers: { type: 'string' },
    },
  });
  const [action, ...names] = positionals;
  if (action !== 'make' && action !== 'check') throw new UsageError(`Unexpected action: ${action ?? 'none'}`);
  const unknown = names.find((name) => !studies.some((study) => study.name === name));
  if (unknown !== undefined) throw new UsageError(`Unexpected study: ${unknown}`);
  const chosen = studies.filter(({ name }) => !names.length || names.includes(name));
  const workers = values.workers === undefined ? {} : { workers: whole('workers', values.workers, Infinity) };
  const seeds = recordedSeeds.slice(0, whole('seeds', values.seeds, recordedSeeds.length));
  const failed: string[] = [];
  for (const study of chosen) {
    console.log(`\n${study.name}: ${study.what}`);
    if (action === 'make') {
      const out = path.resolve(repositoryRoot, values.out, study.name);
      if (!values.anew) startFromCommitted(study, out);
      const lines = await run(study, { seeds: recordedSeeds, out, ...workers });
      const bytes = writeRecords(study.name, lines, recordsFolder());
      console.log(`${lines.length} lines in ${study.name}.jsonl.gz (${Math.round(bytes / 1000)} kB)`);
      continue;
    }
    const recorded = recordedLines(study.name);
    if (!recorded) throw new InputError(`${study.name} is not recorded; npm run records:make -- ${study.name}`);
    const again = await run(study, { seeds, rounds: whole('rounds', values.rounds, 100), ...workers });
    const held = compareLines(recorded, again);
    console.log(heldInWords(held));
    if (!holds(held)) failed.push(study.name);
  }
  if (failed.length)
    throw new InputError(`The records of ${failed.join(', ')} do not hold for this code; npm run records:make`);
});

/** Puts the committed lines where the study's grid looks for what is done. */
function startFromCommitted({ name, grows }: Study, out: string): void {
  const file = path.join(out, 'rounds.jsonl');
  const lines = grows && !existsSync(file) ? recordedLines(name) : undefined;
  if (lines) replaceFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

async function run(study: Study, options: StudyOptions): Promise<Awaited<ReturnType<Study['run']>>> {
  let line: ReturnType<typeof progressLine> | undefined;
  const lines = await study.run({
    ...options,
    signal: onInterrupt(),
    onProgress({ done, total, remainingMs }) {
      line ??= progressLine(total, 'lines');
      line.update(done, undefined, remainingMs && remainingMs / 1000);
    },
  });
  line?.finish();
  return lines;
}

function whole(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new UsageError(`Unexpected --${name} ${text}; expected a whole number from 1 to ${most}`);
}
