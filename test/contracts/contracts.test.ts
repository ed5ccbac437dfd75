import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../../lib/root';
import { contracts } from './suites';
import { scratchFolder } from '../scratch';

/** VLMs that a session asks: tested against a server, in test/inputs/annotators/asking.test.ts. */
const asked = new Set(['gemini', 'openai-compatible', 'clip', 'local']);

for (const [kind, { choices, clauses }] of Object.entries(contracts))
  for (const { name, create } of kind === 'strategy' ? [] : choices.entries.filter((entry) => !asked.has(entry.name)))
    for (const [sentence, check] of clauses(create())) test(`${kind} ${name}: ${sentence}`, check);

/** Runs the contract of what a file exports, as its author would. */
function own(text: string): { status: number | null; text: string } {
  const file = path.join(scratchFolder('own'), 'mine.ts');
  writeFileSync(file, text.replaceAll('LIB', path.join(repositoryRoot, 'lib/index')));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', path.join(repositoryRoot, 'test/contracts/own.ts'), file],
    { cwd: repositoryRoot, encoding: 'utf8', timeout: 60_000 },
  );
  return { status, text: stdout + stderr };
}

test('npm run test:own holds a strategy of yours to the contract, and says which sentence it breaks', () => {
  const good = own(
    `import { buyMostUseful, defineStrategy, uncertainties } from 'LIB';
     export default defineStrategy({ name: 'mine', create: () => ({
       query: async (context) =>
         buyMostUseful(context, uncertainties.entropy((await context.predict(context.pool.notFull())).fine)),
     }) });`,
  );
  assert.deepEqual([good.status, good.text.match(/^ok /gm)?.length], [0, 4], good.text);
  const bad = own(
    `import { buyFull, defineStrategy } from 'LIB';
     export default defineStrategy({ name: 'greedy', create: () => ({
       query: async ({ pool }) => ({ purchases: buyFull(pool.notFull()) }),
     }) });`,
  );
  assert.equal(bad.status, 1);
  assert.match(bad.text, /^BROKEN buys within the purse.*\n.*costs/m);
});

test('npm run test:own says what a file is to export', () => {
  const { status, text } = own('export const nothing = 1;');
  assert.equal(status, 1);
  assert.match(text, /mine\.ts exports no strategy, learner, noise model, annotator or extractor/);
});
