import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface Slurm {
  /** What sbatch and squeue need. */
  readonly environment: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/**
 * Starts munged, slurmctld and slurmd on this machine (Debian, as root), with a key, ports and a configuration of their own
 * in `folder`; nothing of the system's is touched. @throws Error with the daemons' logs if no node is idle in a minute.
 */
export async function startSlurm(folder: string): Promise<Slurm> {
  chmodSync(folder, 0o755); // munge's socket must be reachable
  const at = (name: string): string => path.join(folder, name);
  for (const name of ['state', 'spool']) mkdirSync(at(name));
  writeFileSync(at('munge.key'), randomBytes(128), { mode: 0o400 });
  writeFileSync(at('slurm.conf'), configuration(folder));
  const environment = { ...process.env, SLURM_CONF: at('slurm.conf') };
  const daemons: ChildProcess[] = [];
  const start = (command: string, ...options: string[]): void => {
    const log = openSync(at(`${path.basename(command)}.out`), 'w');
    daemons.push(spawn(command, options, { env: environment, stdio: ['ignore', log, log] }));
  };
  const stop = async (): Promise<void> => {
    for (const daemon of daemons.reverse()) {
      if (daemon.exitCode === null && daemon.kill('SIGTERM')) await Promise.race([gone(daemon), pause(10_000)]);
      if (daemon.exitCode === null) daemon.kill('SIGKILL');
    }
  };
  const files = ['key', 'socket', 'pid', 'log', 'seed'].map((name) => `munge.${name}`);
  const [key, socket, pid, log, seed] = files.map(at);
  const munge = ['--key-file', key!, '--socket', socket!, '--pid-file', pid!, '--log-file', log!, '--seed-file', seed!];
  start('/usr/sbin/munged', '--foreground', '--force', ...munge);
  await pause(1000);
  start('/usr/sbin/slurmctld', '-D', '-c');
  start('/usr/sbin/slurmd', '-D');
  for (let second = 0; second < 60; second++) {
    await pause(1000);
    if (nodeState(environment) === 'idle') return { environment, stop };
  }
  await stop();
  throw new Error(`No idle node after a minute; see the logs in ${folder}`);
}

const gone = (daemon: ChildProcess): Promise<unknown> => new Promise((resolve) => daemon.once('exit', resolve));

function nodeState(env: NodeJS.ProcessEnv): string {
  try {
    return execFileSync('sinfo', ['--noheader', '--format=%t'], { env, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return '';
  }
}

function configuration(folder: string): string {
  const host = hostname().split('.')[0]!;
  return `ClusterName=one-machine
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort=16817
SlurmdPort=16818
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket
CredType=cred/munge
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
NodeName=${host} NodeAddr=127.0.0.1 CPUs=${availableParallelism()} RealMemory=1024 State=UNKNOWN
PartitionName=all Nodes=${host} Default=YES MaxTime=INFINITE State=UP
`;
}
