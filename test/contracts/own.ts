import { main, UsageError } from '../../data-scripts/cli/command';
import type { Chosen, Named } from '../../lib/choices/choices';
import { check, InputError } from '../../lib/errors';
import { contracts } from './suites';

const usage = `npm run test:own -- FILE.ts    (a file that exports a strategy, learner, noise model, annotator or extractor)
       e.g. npm run test:own -- ./mine.ts`;

main(usage, async () => {
  const [file, ...rest] = process.argv.slice(2);
  if (!file || rest.length) throw new UsageError('Expected one file');
  const found = Object.entries(contracts).flatMap(([kind, { choices, clauses }]) => {
    const chosen = loaded(() => choices.load(file));
    return chosen ? [{ kind, value: chosen.value, clauses }] : [];
  });
  check(found.length, `${file} exports no strategy, learner, noise model, annotator or extractor (define...)`);
  for (const { kind, value, clauses } of found) {
    console.log(`${kind} "${value.name}"`);
    for (const [sentence, holds] of clauses(value)) {
      try {
        await holds();
        console.log(`ok     ${sentence}`);
      } catch (error) {
        process.exitCode = 1;
        console.log(`BROKEN ${sentence}\n       ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
});

/** Undefined where the file holds no choice of that kind; it must load, though. */
function loaded(load: () => Chosen<Named>): Chosen<Named> | undefined {
  try {
    return load();
  } catch (error) {
    if (error instanceof InputError && /exports no /.test(error.message)) return undefined;
    throw error;
  }
}
