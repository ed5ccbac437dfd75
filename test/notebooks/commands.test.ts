import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { repositoryRoot } from '../../lib/root';
import { scratchFolder } from '../scratch';

function command(file: string, ...options: string[]): { status: number | null; text: string } {
  const tsx = ['--import', 'tsx', path.join(repositoryRoot, 'data-scripts', file)];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...tsx, ...options], {
    cwd: repositoryRoot,
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr };
}

describe('commands say what is wrong with their options, and end with exit code 1', { concurrency: 2 }, () => {
  for (const [file, options, message] of [
    ['start.ts', ['--profile', 'huge'], /Unknown profile: "huge"; expected one of quick, full/],
    ['start.ts', ['--fast'], /Unknown option '--fast'[^]*Usage: npm start/],
    ['execute.ts', [], /Expected one notebook, got 0\nUsage: npm run execute/],
    ['execute.ts', ['/nonexistent.ipynb'], /Cannot read notebook \/nonexistent\.ipynb/],
    ['kernel-install.ts', ['--user', '--prefix', 'x'], /either --user or --prefix/],
  ] as const)
    test(`${file} ${options.join(' ')}`, () => {
      const { status, text } = command(file, ...options);
      assert.match(text, message);
      assert.ok(!text.includes('    at '), 'no stack');
      assert.equal(status, 1);
    });
});

test('npm run lab opens copies, keeps those that were worked on, and says how to get Jupyter where there is none', () => {
  const folder = path.join(repositoryRoot, 'notebooks', 'lab');
  const mine = path.join(folder, '00-tour.ipynb');
  const before = existsSync(mine) ? readFileSync(mine, 'utf8') : undefined;
  mkdirSync(folder, { recursive: true });
  writeFileSync(mine, 'mine');
  try {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', path.join(repositoryRoot, 'data-scripts', 'lab.ts')],
      { cwd: repositoryRoot, encoding: 'utf8', env: { ...process.env, PATH: '' } },
    );
    assert.equal(status, 1);
    assert.match(stdout, /notebooks copied to notebooks\/lab, \d+ there already/);
    assert.match(stderr, /pipx install jupyterlab/);
    assert.equal(readFileSync(mine, 'utf8'), 'mine');
    assert.ok(existsSync(path.join(folder, '03-active-learning.ipynb')));
  } finally {
    if (before === undefined) rmSync(mine);
    else writeFileSync(mine, before);
  }
});

describe('install-missing.js', () => {
  const script = path.join(repositoryRoot, 'data-scripts', 'install-missing.js');
  const lock = (version: string): string =>
    JSON.stringify({
      packages: { '': {}, 'node_modules/a': { version }, 'node_modules/b': { version: '9.9.9', optional: true } },
    });

  /** Runs the script in a project of its own, where npm is a script that only says that it was started. */
  function runIn(
    wanted: string,
    installed: string | undefined,
    npmStatus = 0,
    libraries: readonly string[] = [],
  ): { status: number | null; text: string; libraries: string[] } {
    const folder = scratchFolder('install');
    try {
      mkdirSync(path.join(folder, 'data-scripts'));
      mkdirSync(path.join(folder, 'node_modules'));
      cpSync(script, path.join(folder, 'data-scripts', 'install-missing.js'));
      writeFileSync(path.join(folder, 'package-lock.json'), lock(wanted));
      if (installed) writeFileSync(path.join(folder, 'node_modules', '.package-lock.json'), lock(installed));
      const bin = path.join(folder, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6');
      for (const library of libraries) mkdirSync(path.join(bin, library), { recursive: true });
      const npm = path.join(folder, 'npm.js');
      writeFileSync(
        npm,
        `console.error('npm', process.argv[2], process.env.ONNXRUNTIME_NODE_INSTALL); process.exit(${npmStatus})`,
      );
      const env = { ...process.env, npm_execpath: npm };
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [path.join(folder, 'data-scripts', 'install-missing.js')],
        { env, encoding: 'utf8' },
      );
      return { status, text: stdout + stderr, libraries: libraries.filter((name) => existsSync(path.join(bin, name))) };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test('is silent where everything is installed, optional packages aside', () =>
    assert.deepEqual(runIn('1.0.0', '1.0.0'), { status: 0, text: '', libraries: [] }));

  test('installs where nothing, or another version, is installed', () => {
    assert.match(runIn('1.0.0', undefined).text, /^Installing dependencies, about a minute \.\.\. done in \d+ s\.\n$/);
    assert.match(runIn('1.0.1', '1.0.0').text, /^Installing/);
  });

  test("leaves onnxruntime's libraries for this platform only, and all where there is none for it", () => {
    const [here, there] = [path.join(process.platform, process.arch), path.join('amiga', 'm68k')];
    assert.deepEqual(runIn('1.0.0', '1.0.0', 0, [here, there]).libraries, [here]);
    assert.deepEqual(runIn('1.0.0', undefined, 0, [here, there]).libraries, [here]);
    assert.deepEqual(runIn('1.0.0', '1.0.0', 0, [there]).libraries, [there]);
  });

  test('shows what npm said, and fails, where it fails', () => {
    const { status, text } = runIn('1.0.0', undefined, 3);
    assert.match(text, /npm ci skip\n\n"npm ci" failed with exit code 3/);
    assert.equal(status, 1);
  });
});
