/** Something the caller gave is wrong. The message names the value, what was expected and what to do about it. */
export class InputError extends Error {
  override readonly name: string = 'InputError';
}

/** Tells a user something on stderr, where a caller takes no warnings of its own. */
export const toStderr = (message: string): void => void process.stderr.write(`${message}\n`);

/** Throws an {@link InputError} unless `condition` holds. */
export function check(condition: unknown, message: string | (() => string)): asserts condition {
  if (!condition) throw new InputError(typeof message === 'string' ? message : message());
}
