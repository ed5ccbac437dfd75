import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../../lib/root';
import { mutants } from './mutants';

test('every mutant still fits its file, once, and changes it: adjust test/mutation/mutants.ts to changed code', () => {
  assert.ok(mutants.length >= 20);
  for (const { what, file, from, to } of mutants) {
    const times = readFileSync(path.join(repositoryRoot, file), 'utf8').split(from).length - 1;
    assert.equal(times, 1, `"${what}": "${from}" occurs ${times} times in ${file}`);
    assert.notEqual(from, to);
  }
});
