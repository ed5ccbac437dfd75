import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { main } from '../../../data-scripts/cli/command';
import { check } from '../../../lib/errors';
import { roundsOnDisk, smallGrid, startExperiment, writeGrid } from './command';
import { scratchFolder } from '../../scratch';

/**
 * Fills a small tmpfs while a grid runs on it, then makes room and goes on; and gives a folder to a user who may not write
 * there. Nothing finished may be lost, and the end must be the bytes of a run on an empty disk.
 */
main('npm run test:disk (as root, on Linux)\n       e.g. npm run test:disk', async () => {
  check(process.getuid?.() === 0, 'This test mounts a tmpfs; run it as root');
  const root = scratchFolder('disk');
  chmodSync(root, 0o755);
  const config = writeGrid(root, { ...smallGrid, prices: { weak: 0.01 } });
  const run = (out: string) => startExperiment('--config', config, '--out', out, '--workers', '2').ended;
  const [whole, mount] = [path.join(root, 'whole'), path.join(root, 'small')];
  assert.equal((await run(whole)).code, 0);
  mkdirSync(mount);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', mount]);
  try {
    const [out, ballast] = [path.join(mount, 'out'), path.join(mount, 'ballast')];
    writeFileSync(ballast, Buffer.alloc(16 * 1024));
    const full = await run(out);
    assert.equal(full.code, 1, full.text);
    assert.match(full.text, /Cannot write .*rounds\.jsonl \(ENOSPC\): the disk is full: free some space/);
    const kept = roundsOnDisk(out);
    assert.ok(kept.length > 0 && kept.length < roundsOnDisk(whole).length, `${kept.length} rounds were kept`);
    assert.ok(readFileSync(path.join(out, 'rounds.jsonl'), 'utf8').endsWith('\n'), 'no torn line is left');
    rmSync(ballast);
    execFileSync('mount', ['-o', 'remount,size=1m', mount]);
    const again = await run(out);
    assert.equal(again.code, 0, again.text);
    assert.deepEqual(roundsOnDisk(out), roundsOnDisk(whole));
    console.log(
      `Full disk after ${kept.length} of ${roundsOnDisk(whole).length} rounds: told, nothing lost, same bytes in the end`,
    );
  } finally {
    execFileSync('umount', [mount]);
  }
  const sealed = path.join(root, 'sealed');
  mkdirSync(sealed, { mode: 0o555 });
  const text = asNobody('--config', config, '--out', path.join(sealed, 'out'));
  assert.match(text, /Cannot write .*EACCES.*this user may not write there/);
  console.log(`A folder without permission: ${text.trim().split('\n').at(-1)}`);
  rmSync(root, { recursive: true });
});

/** What the command prints when a user without rights gives it. */
function asNobody(...options: string[]): string {
  const command = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, '--import', 'tsx'];
  try {
    return execFileSync('setpriv', [...command, 'data-scripts/experiment.ts', ...options], {
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, HOME: '/nonexistent' },
    });
  } catch (error) {
    return String((error as { stderr?: string }).stderr);
  }
}
