import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../../lib/root';

const { scripts } = JSON.parse(readFileSync(path.join(repositoryRoot, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const sourceOf = (file: string): string => readFileSync(path.join(repositoryRoot, file), 'utf8');
const commands = [...new Set(Object.values(scripts).flatMap((script) => /\btsx (\S+)/.exec(script)?.[1] ?? []))];

/** Loads commands after a line of code, one after the other, as if each was given these options. */
function runAll(files: readonly string[], first: string, ...options: string[]) {
  const all = JSON.stringify(files.map((file) => path.join(repositoryRoot, file)));
  const code = `${first}\nfor (const file of ${all}) { console.log('# ' + file); require(file); }`;
  const words = ['--import', 'tsx', '-e', code, '--', 'command', ...options];
  return spawnSync(process.execPath, words, { cwd: repositoryRoot, encoding: 'utf8', timeout: 60_000 });
}

const run = (file: string, ...options: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', file, ...options], { cwd: repositoryRoot, encoding: 'utf8' });

test('every command answers --help with its options and an example, and does nothing else', () => {
  const alone = commands.filter((file) => sourceOf(file).includes('require.main === module')); // tests import them
  const together = commands.filter((file) => !alone.includes(file));
  const { status, stdout, stderr } = runAll(together, '', '--help');
  assert.equal(status, 0, stderr);
  const answers = [...stdout.split(/^# .*\n/m).slice(1), ...alone.map((file) => run(file, '--help').stdout)];
  assert.equal(answers.length, commands.length);
  for (const answer of answers) assert.match(answer, /^Usage: npm [^]*e\.g\. npm [^]*--root DIR[^]*--help/);
});

test('the help of a command tells every option that it takes', () => {
  const record = `const util = require('node:util');
    util.parseArgs = ({ options = {} }) => {
      const message = '# ' + Object.keys(options).map((name) => '--' + name).join(' ');
      throw Object.assign(new Error(message), { code: 'ERR_PARSE_ARGS' });
    };`;
  const parsing = commands.filter((file) => /parseArgs|parseRequest|readOptions/.test(sourceOf(file)));
  const answers = runAll(parsing, record).stderr.split(/^# /m).slice(1);
  assert.equal(answers.length, parsing.length);
  assert.ok(parsing.length >= 10);
  for (const answer of answers) {
    const [options, ...help] = answer.split('\nUsage: ');
    const missing = options!.split(' ').filter((option) => !new RegExp(`${option}(?![a-z-])`).test(help.join()));
    assert.deepEqual(missing, [], answer);
  }
});

test('-h is --help; --root is where every command looks for data sets', () => {
  assert.equal(run('data-scripts/strategies.ts', '-h').status, 0);
  const { status, stderr } = run('data-scripts/dataset.ts', '--root', 'nowhere-at-all', 'cub200');
  assert.equal(status, 1);
  assert.match(stderr, /nowhere-at-all\/CUB_200_2011.*is missing/);
  assert.match(run('data-scripts/dataset.ts', 'cub200', '--root').stderr, /Expected --root DIR\nUsage/);
});
