import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { main } from '../../../data-scripts/cli/command';
import { check } from '../../../lib/errors';
import { roundsOnDisk, smallGridRounds, startExperiment, writeGrid } from './command';
import { startSlurm } from './slurm-daemons';
import { scratchFolder } from '../../scratch';

/**
 * Runs the small grid here and as job arrays of a real Slurm on this machine, and compares the bytes (timings aside): once
 * waited for, once with Ctrl-C while waiting, once with --no-wait, both collected as the command says.
 * Installs Slurm and munge where they are missing; stops the daemons that it started.
 */
main('npm run test:slurm (as root, on Debian or Ubuntu)\n       e.g. npm run test:slurm', async () => {
  check(process.getuid?.() === 0, 'This test starts daemons; run it as root');
  if (!existsSync('/usr/sbin/slurmctld') || !existsSync('/usr/sbin/munged')) install();
  const folder = scratchFolder('slurm');
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
    for (const way of ['left', 'not-waited']) {
      const out = path.join(folder, way);
      await submitAndLeave(config, out, way === 'left');
      assert.deepEqual(roundsOnDisk(out), roundsOnDisk(here), `${way}: the collected results differ`);
      console.log(`${way === 'left' ? 'Ctrl-C while waiting' : '--no-wait'}: collected afterwards, the same`);
    }
  } finally {
    await slurm.stop();
  }
  rmSync(folder, { recursive: true });
});

/** Submits, with Ctrl-C as soon as the job is known or without waiting; collects by the command that was printed. */
async function submitAndLeave(config: string, out: string, interrupted: boolean): Promise<void> {
  const options = ['--config', config, '--out', out, '--submit', 'slurm', '--jobs', '2'];
  const submitted = startExperiment(...options, ...(interrupted ? [] : ['--no-wait']));
  if (interrupted)
    submitted.process.stderr!.on('data', (text: Buffer) => {
      if (text.includes('Slurm job')) submitted.process.kill('SIGINT');
    });
  const { code, text } = await submitted.ended;
  assert.equal(code, interrupted ? 130 : 0, text);
  const [, job] = /Slurm job (\d+)/.exec(text)!;
  while (execFileSync('squeue', ['--noheader', `--jobs=${job}`]).length) await sleep(500);
  const [, collect] = /npm run experiment -- (--merge [^\n]*)/.exec(text)!;
  const merged = spawnSync('bash', ['-c', `npm run -s experiment -- ${collect}`], { encoding: 'utf8' });
  assert.equal(merged.status, 0, merged.stderr);
}

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
