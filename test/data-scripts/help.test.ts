import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../../lib/root';

const { scripts } = JSON.parse(readFileSync(path.join(repositoryRoot, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const files = new Set(
  Object.values(scripts)
    .flatMap((script) => /^tsx (data-scripts\/\S+)/.exec(script)?.[1] ?? [])
    .filter((file) => readFileSync(path.join(repositoryRoot, file), 'utf8').includes('cli/command')),
);

const run = (file: string, ...options: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', file, ...options], { cwd: repositoryRoot, encoding: 'utf8' });

test('every command answers --help with its options and an example, and does nothing else', () => {
  const all = [...files].map((file) => path.join(repositoryRoot, file));
  const code = 'for (const file of ' + JSON.stringify(all) + ") { console.log('# ' + file); require(file); }";
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '-e', code, '--', 'command', '--help'],
    { cwd: repositoryRoot, encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  const answers = stdout.split(/^# .*\n/m).slice(1);
  assert.equal(answers.length, files.size);
  for (const answer of answers) assert.match(answer, /^Usage: npm [^]*e\.g\. npm [^]*--root DIR[^]*--help/);
});

test('-h is --help; --root is where every command looks for data sets', () => {
  assert.equal(run('data-scripts/strategies.ts', '-h').status, 0);
  const { status, stderr } = run('data-scripts/dataset.ts', '--root', 'nowhere-at-all', 'cub200');
  assert.equal(status, 1);
  assert.match(stderr, /nowhere-at-all\/CUB_200_2011.*is missing/);
  assert.match(run('data-scripts/dataset.ts', 'cub200', '--root').stderr, /Expected --root DIR\nUsage/);
});
