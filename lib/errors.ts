/** Something the caller gave is wrong. The message names the value, what was expected and what to do about it. */
export class InputError extends Error {
  override readonly name: string = 'InputError';
}

/** Throws an {@link InputError} unless `condition` holds. */
export function check(condition: unknown, message: string | (() => string)): asserts condition {
  if (!condition) throw new InputError(typeof message === 'string' ? message : message());
}
