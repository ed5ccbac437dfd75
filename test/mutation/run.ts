import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { main, UsageError } from '../../data-scripts/cli/command';
import { progressLine } from '../../notebooks/kit/progress-line';
import { check } from '../../lib/errors';
import { repositoryRoot } from '../../lib/root';
import { mutants, type Mutant } from './mutants';

const usage = `npm run mutants [-- PART-OF-FILE-OR-DESCRIPTION ...] [--workers N]
       e.g. npm run mutants -- ledger`;

interface Verdict {
  readonly mutant: Mutant;
  readonly caught: boolean;
  readonly seconds: number;
}

/**
 * Breaks one line at a time, in copies of the tree, and runs the tests that should notice. Prints a line a mutant; exit
 * code 1 if one survives. Never touches the working tree.
 */
async function hunt(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { workers: { type: 'string' } } });
  const chosen = mutants.filter(
    ({ what, file }) => !positionals.length || positionals.some((part) => `${file} ${what}`.includes(part)),
  );
  if (!chosen.length) throw new UsageError(`No mutant is called ${positionals.join(' or ')}`);
  chosen.forEach(broken); // before anything runs, so that a mutant that fits no more is told at once
  const workers = Number(values.workers ?? os.availableParallelism());
  if (!Number.isInteger(workers) || workers < 1) throw new UsageError(`Unexpected workers: ${values.workers}`);
  await checkWhole(chosen);
  const queue = [...chosen];
  const verdicts: Verdict[] = [];
  const progress = progressLine(chosen.length, 'mutants');
  await Promise.all(
    Array.from({ length: Math.min(workers, chosen.length) }, async () => {
      const tree = copyTree();
      try {
        for (let next = queue.shift(); next; next = queue.shift()) {
          verdicts.push(await judge(tree, next));
          report(verdicts.at(-1)!);
          progress.update(verdicts.length, next.what);
        }
      } finally {
        rmSync(tree, { recursive: true, force: true });
      }
    }),
  );
  progress.finish();
  const survivors = verdicts.filter(({ caught }) => !caught).length;
  console.log(`${verdicts.length - survivors} of ${verdicts.length} mutants caught`);
  if (survivors) process.exitCode = 1;
}

/** Without a mutant the tests must pass, or their failing would tell nothing. */
async function checkWhole(chosen: readonly Mutant[]): Promise<void> {
  const tree = copyTree();
  try {
    for (const test of new Set(chosen.flatMap((mutant) => testFiles(tree, mutant))))
      check(await passes(tree, test), `test/${test} fails without any mutant; mend that first`);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

function report({ mutant, caught, seconds }: Verdict): void {
  console.log(`${caught ? 'caught  ' : 'SURVIVED'} ${mutant.file}: ${mutant.what} (${seconds.toFixed(1)} s)`);
}

/** The mutant's file, broken. */
function broken({ file, from, to, what }: Mutant): string {
  const text = readFileSync(path.join(repositoryRoot, file), 'utf8');
  const times = text.split(from).length - 1;
  check(times === 1, `Mutant "${what}" does not fit ${file}: "${from}" occurs ${times} times there; expected once`);
  return text.replace(from, () => to);
}

function copyTree(): string {
  const tree = mkdtempSync(path.join(os.tmpdir(), 'mutants-'));
  for (const part of ['lib', 'inputs', 'fine-tuning', 'test', 'package.json', 'tsconfig.json'])
    cpSync(path.join(repositoryRoot, part), path.join(tree, part), { recursive: true });
  symlinkSync(path.join(repositoryRoot, 'node_modules'), path.join(tree, 'node_modules'), 'dir');
  return tree;
}

async function judge(tree: string, mutant: Mutant): Promise<Verdict> {
  const file = path.join(tree, mutant.file);
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, broken(mutant));
  const started = performance.now();
  try {
    let caught = false;
    for (const test of testFiles(tree, mutant)) caught ||= !(await passes(tree, test));
    return { mutant, caught, seconds: (performance.now() - started) / 1000 };
  } finally {
    writeFileSync(file, whole);
  }
}

function testFiles(tree: string, { tests }: Mutant): string[] {
  const all = readdirSync(path.join(tree, 'test'), { recursive: true }).map(String).sort();
  return tests.flatMap((part) => {
    const found = all.filter((file) => file.endsWith('.test.ts') && file.startsWith(part));
    check(found.length, `No test file begins with test/${part}`);
    return found;
  });
}

/** Whether a test file passes; its first failure ends it. One that takes five minutes counts as failed: it hangs. */
function passes(tree: string, test: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', path.join('test', test)], {
      cwd: tree,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    });
    const hung = setTimeout(() => stop(child), 300_000);
    child.stdout.on('data', (text: Buffer) => {
      if (/^\s*(not ok|✖)/m.test(text.toString())) stop(child);
    });
    child.on('exit', (code) => {
      clearTimeout(hung);
      resolve(code === 0);
    });
  });
}

const stop = (child: ChildProcess): void => void child.kill();

main(usage, hunt);
