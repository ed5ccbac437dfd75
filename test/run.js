'use strict';
// Runs every test/**/*.test.ts, or those whose path contains one of the arguments, with Node's own test runner.
const { spawnSync } = require('node:child_process');
const { readdirSync } = require('node:fs');
const path = require('node:path');

const wanted = process.argv.slice(2);
const files = readdirSync(__dirname, { recursive: true })
  .map((file) => path.join(__dirname, String(file)))
  .filter((file) => file.endsWith('.test.ts') && (!wanted.length || wanted.some((part) => file.includes(part))))
  .sort();
if (!files.length) {
  console.error(`no test file matches ${wanted.join(' ')}`);
  process.exit(1);
}
const setUp = ['--require', path.join(__dirname, 'fixed-seed.js'), '--import', 'tsx'];
const { status } = spawnSync(process.execPath, [...setUp, '--test', '--test-concurrency=2', ...files], {
  stdio: 'inherit',
  cwd: path.join(__dirname, '..'),
});
process.exit(status ?? 1);
