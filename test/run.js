'use strict';
// Runs every test/**/*.test.ts, or those whose path contains one of the arguments, with Node's own test runner, in a
// temporary folder of their own. Says what they leave there (test/scratch.ts leaves nothing), and removes it.
const { spawnSync } = require('node:child_process');
const { mkdtempSync, readdirSync, rmSync } = require('node:fs');
const os = require('node:os');
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
const folder = mkdtempSync(path.join(os.tmpdir(), 'tests-'));
process.on('SIGINT', () => {}); // the tests end by it, and then this does
const { status } = spawnSync(process.execPath, [...setUp, '--test', '--test-concurrency=2', ...files], {
  stdio: 'inherit',
  cwd: path.join(__dirname, '..'),
  env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder },
});
// Those of tsx and node are their own affair
const left = readdirSync(folder).filter((name) => !/^(tsx|node-compile-cache)/.test(name));
if (left.length) console.error(`${left.length} left in the temporary folder by tests: ${left.slice(0, 20).join(', ')}`);
rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
process.exit(status ?? 1);
