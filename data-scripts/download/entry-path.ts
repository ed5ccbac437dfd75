import { check } from '../../lib/errors';

/**
 * The path that an archive's entry may be written to, below the folder it is extracted to: "a/b", without "./".
 * @throws InputError for an absolute path, one that leads upwards, and for characters that some system reads as more.
 */
export function entryPath(name: string): string {
  const shown = JSON.stringify(name.slice(0, 200));
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  check(!/[\\:\u0000-\u001f]/.test(name), () => `The archive has an entry with an unsafe name: ${shown}`);
  check(!name.startsWith('/'), () => `The archive has an entry with an absolute path: ${shown}`);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  check(!parts.includes('..'), () => `The archive has an entry that leads out of its folder: ${shown}`);
  return parts.join('/');
}
