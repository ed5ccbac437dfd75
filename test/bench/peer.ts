import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A Python program that does the same work, kept waiting between its runs. */
export interface Peer {
  readonly name: string;
  /** One run; its milliseconds, measured by itself. */
  run(): Promise<number>;
  stop(): void;
}

/** So many threads, whatever library multiplies. */
const environment = (threads: number): NodeJS.ProcessEnv => ({
  ...process.env,
  OMP_NUM_THREADS: String(threads),
  OPENBLAS_NUM_THREADS: String(threads),
  MKL_NUM_THREADS: String(threads),
  VECLIB_MAXIMUM_THREADS: String(threads),
});

/** Starts `peers/script`, if there is a Python that has the modules; otherwise says what is missing. */
export async function startPeer(
  script: string,
  modules: readonly string[],
  args: readonly string[] = [],
  threads = 1,
): Promise<Peer | string> {
  const python = ['python3', '/usr/bin/python3'].find(
    (program) => spawnSync(program, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' }).status === 0,
  );
  if (!python) return `skipped: no python3 with ${modules.join(' and ')}`;
  const version = `import ${modules[0]}; print(${modules[0]}.__version__)`;
  const [name] = modules;
  const release = spawnSync(python, ['-c', version], { encoding: 'utf8' }).stdout.trim();
  const child = spawn(python, [path.join(__dirname, 'peers', script), ...args], { env: environment(threads) });
  child.stderr.pipe(process.stderr);
  const lines = answers(child);
  await lines.next();
  return {
    name: `${name} ${release}, ${threads} thread${threads === 1 ? '' : 's'}`,
    async run() {
      child.stdin.write('run\n');
      const answer = await lines.next();
      if (answer.done) throw new Error(`The peer ${script} ended without an answer; its message is above`);
      return Number(answer.value);
    },
    stop: () => child.stdin.end(),
  };
}

function answers(child: ChildProcessWithoutNullStreams): AsyncIterator<string> {
  return createInterface({ input: child.stdout })[Symbol.asyncIterator]();
}
