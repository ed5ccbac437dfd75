import path from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from '../lib/errors';
import { repositoryRoot } from '../lib/root';
import { compareLines, heldInWords, holds } from '../notebooks/kit/recorded/hold';
import { makeRecords } from '../notebooks/kit/recorded/make';
import { recordedLines, recordsFolder } from '../notebooks/kit/recorded/read';
import { recordedSeeds, studies } from '../notebooks/kit/recorded/studies';
import { main, UsageError } from './cli/command';
import { numberIn } from './cli/number';
import { watched } from './experiment/watched';

const usage =
  'npm run records:make [-- NAME ...] [--out results/records] [--anew] [--workers N]\n' +
  '       npm run records:check [-- NAME ...] [--seeds N] [--rounds N] [--workers N]' +
  `
       NAME          ${studies.map(({ name }) => name).join(', ')}; all (of which there is a record) unless given
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
  const isMeant = (name: string): boolean =>
    names.length ? names.includes(name) : action === 'make' || recordedLines(name) !== undefined;
  const chosen = studies.filter(({ name }) => isMeant(name));
  const workers =
    values.workers === undefined ? {} : { workers: numberIn('workers', values.workers, { whole: true, from: 1 }) };
  const seeds = recordedSeeds.slice(
    0,
    numberIn('seeds', values.seeds, { whole: true, from: 1, to: recordedSeeds.length }),
  );
  const failed: string[] = [];
  for (const study of chosen) {
    console.log(`\n${study.name}: ${study.what}`);
    if (action === 'make') {
      const where = { work: path.resolve(repositoryRoot, values.out), records: recordsFolder(), anew: values.anew };
      const { lines, bytes } = await watched((more) => makeRecords(study, { ...where, ...workers, ...more }));
      console.log(`${lines} lines in ${study.name}.jsonl.gz (${Math.round(bytes / 1000)} kB)`);
      continue;
    }
    const recorded = recordedLines(study.name);
    if (!recorded) throw new InputError(`${study.name} is not recorded; npm run records:make -- ${study.name}`);
    const rounds = numberIn('rounds', values.rounds, { whole: true, from: 1, to: 100 });
    const again = await watched((more) => study.run({ seeds, rounds, ...workers, ...more }));
    const held = compareLines(recorded, again);
    console.log(heldInWords(held));
    if (!holds(held)) failed.push(study.name);
  }
  if (failed.length)
    throw new InputError(`The records of ${failed.join(', ')} do not hold for this code; npm run records:make`);
});
