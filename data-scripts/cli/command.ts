import path from 'node:path';
import { InputError } from '../../lib/errors';

/** Options of a command that make no sense; told with the command's usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const COMMON = `       --root DIR   where data sets and models lie; default: DATA_ROOT, or data/ in the repository
       -h, --help   says this`;

/**
 * Runs a command's work, or says its usage for `-h` and `--help`. `--root DIR` is every command's: it is taken off the
 * arguments and is DATA_ROOT from then on, for the processes that the command starts as well. Wrong options are told with the usage, {@link InputError}s and errors marked `withoutStack` by their
 * message alone, any other error by its stack; all of them end the process with exit code 1.
 */
export function main(usage: string, work: () => void | Promise<void>): void {
  const given = process.argv.slice(2);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error; // else the reader has enough (`| head`), and the work goes on
  });
  if (given.includes('-h') || given.includes('--help')) return console.log(`Usage: ${usage}\n${COMMON}`);
  Promise.resolve()
    .then(takeRoot)
    .then(work)
    .catch((error: unknown) => {
      process.exitCode = 1;
      if (!(error instanceof Error)) console.error(error);
      else if (isUsageError(error)) console.error(`${error.message}\nUsage: ${usage}\n${COMMON}`);
      else if (error instanceof InputError || 'withoutStack' in error) console.error(error.message);
      else console.error(error.stack);
    });
}

/** `--root DIR` or `--root=DIR`, relative to where the command was called. */
function takeRoot(): void {
  const at = process.argv.findIndex((word, i) => i > 1 && (word === '--root' || word.startsWith('--root=')));
  if (at < 0) return;
  const [word, next] = process.argv.slice(at);
  const folder = word === '--root' ? next : word!.slice('--root='.length);
  if (!folder || folder.startsWith('-')) throw new UsageError('Expected --root DIR');
  process.argv.splice(at, word === '--root' ? 2 : 1);
  process.env.DATA_ROOT = path.resolve(folder);
}

const isUsageError = (error: Error): boolean =>
  error instanceof UsageError || ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
