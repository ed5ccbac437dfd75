import { InputError } from '../../lib/errors';

/** Options of a command that make no sense; told with the command's usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Runs a command's work. Wrong options are told with the usage, {@link InputError}s and errors marked `told` by their
 * message alone, any other error by its stack; all of them end the process with exit code 1.
 */
export function main(usage: string, work: () => void | Promise<void>): void {
  Promise.resolve()
    .then(work)
    .catch((error: unknown) => {
      process.exitCode = 1;
      if (!(error instanceof Error)) console.error(error);
      else if (isUsageError(error)) console.error(`${error.message}\nUsage: ${usage}`);
      else if (error instanceof InputError || 'told' in error) console.error(error.message);
      else console.error(error.stack);
    });
}

const isUsageError = (error: Error): boolean =>
  error instanceof UsageError || ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
