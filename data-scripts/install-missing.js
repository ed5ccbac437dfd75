'use strict';
/**
 * Before `npm start` and `npm test`: installs what package-lock.json names and node_modules lacks. Needs nothing but Node and npm;
 * silent and quick where nothing is missing.
 */
const { spawn } = require('node:child_process');
const { existsSync, readdirSync, readFileSync, rmSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const requiredNode = 20;

/** The packages in a lockfile, by folder; none where there is no file. */
function readPackages(...file) {
  try {
    return JSON.parse(readFileSync(path.join(root, ...file), 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

/** Folders whose package is absent or of another version; npm keeps its own record of what it installed. */
function missingPackages() {
  const installed = readPackages('node_modules', '.package-lock.json');
  return Object.entries(readPackages('package-lock.json'))
    .filter(([folder, wanted]) => folder && !wanted.optional && !wanted.devOptional)
    .filter(([folder, wanted]) => installed[folder]?.version !== wanted.version)
    .map(([folder]) => folder);
}

function install() {
  const started = Date.now();
  process.stdout.write('Installing dependencies, about a minute ...');
  const npm = process.env.npm_execpath;
  const [command, options] = npm ? [process.execPath, [npm]] : ['npm', []];
  const child = spawn(command, [...options, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    shell: !npm && process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  const tick = setInterval(() => process.stdout.write('.'), 5000);
  child.on('error', (error) => {
    clearInterval(tick);
    console.error(`\nCannot start npm (${error.message}). Install it, or run "npm ci" yourself.`);
    process.exitCode = 1;
  });
  child.on('close', (code) => {
    clearInterval(tick);
    if (code === 0) {
      removeForeignLibraries();
      console.log(` done in ${Math.round((Date.now() - started) / 1000)} s.`);
    } else if (code !== null && code >= 0) {
      console.error(`\n${output.trim()}\n\n"npm ci" failed with exit code ${code}: see above. Is the network there?`);
      process.exitCode = 1;
    }
  });
}

/** onnxruntime-node brings the libraries of all platforms: this one's stay, 240 MB of others go. */
function removeForeignLibraries() {
  const bin = path.join(root, 'node_modules', 'onnxruntime-node', 'bin');
  const own = path.join(process.platform, process.arch);
  const inside = (folder) => (existsSync(folder) ? readdirSync(folder) : []);
  for (const version of inside(bin)) {
    if (!existsSync(path.join(bin, version, own))) continue; // nothing for this platform: leave all as it is
    for (const platform of inside(path.join(bin, version)))
      for (const processor of inside(path.join(bin, version, platform)))
        if (path.join(platform, processor) !== own)
          rmSync(path.join(bin, version, platform, processor), { recursive: true, force: true });
  }
}

if (Number(process.versions.node.split('.')[0]) < requiredNode) {
  console.error(
    `Node ${process.versions.node} is too old: this project needs Node ${requiredNode} or later (https://nodejs.org).`,
  );
  process.exitCode = 1;
} else if (missingPackages().length) {
  install();
} else {
  removeForeignLibraries();
}
