import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { main } from '../../../lib/cli/command';
import { check } from '../../../lib/errors';
import { roundsOnDisk, smallGridRounds, startExperiment, writeGrid } from './command';
import { startSlurm } from './slurm-daemons';

/**
 * Runs the small grid here and as a job array of a real Slurm on this machine, and compares the bytes (timings aside).
 * Installs Slurm and munge where they are missing; stops the daemons that it started.
 */
main('npm run test:slurm (as root, on Debian or Ubuntu)', async () => {
  check(process.getuid?.() === 0, 'This test starts daemons; run it as root');
  if (!existsSync('/usr/sbin/slurmctld') || !existsSync('/usr/sbin/munged')) install();
  const folder = mkdtempSync(path.join(tmpdir(), 'slurm-'));
  const config = writeGrid(folder);
  const [here, there] = [path.join(folder, 'here'), path.join(folder, 'there')];
  const local = await startExperiment('--config', config, '--out', here).ended;
  assert.equal(local.code, 0, local.text);
  const slurm = await startSlurm(folder);
  try {
    Object.assign(process.env, slurm.environment);
    const started = performance.now();
    const submitted = await startExperiment('--config', config, '--out', there, '--submit', 'slurm', '--jobs', '4')
      .ended;
    console.error(submitted.text.trim());
    assert.equal(submitted.code, 0, submitted.text);
    assert.match(submitted.text, /4 tasks/);
    const rounds = roundsOnDisk(there);
    assert.equal(rounds.length, smallGridRounds);
    assert.deepEqual(rounds, roundsOnDisk(here), 'the collected results differ from the local ones');
    console.log(`Slurm's results equal the local ones: ${rounds.length} rounds in ${seconds(started)} s by 4 tasks`);
  } finally {
    await slurm.stop();
  }
  rmSync(folder, { recursive: true });
});

const seconds = (since: number): number => Math.round((performance.now() - since) / 1000);

function install(): void {
  console.error('Installing slurm-wlm and munge ...');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env });
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'slurm-wlm', 'munge'], {
    stdio: 'inherit',
    env,
  });
}
