import { readdirSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../lib/root';

/** The project's notebooks in their order: those whose names begin with two digits, such as `03-active-learning.ipynb`. */
export const listNotebooks = (folder?: string): string[] => notebooksOf(folder).filter(isNumbered);

/** The other notebooks of the folder, which their users wrote. */
export const listOwnNotebooks = (folder?: string): string[] => notebooksOf(folder).filter((file) => !isNumbered(file));

const isNumbered = (file: string): boolean => /^\d\d-/.test(path.basename(file));

function notebooksOf(folder: string = path.join(repositoryRoot, 'notebooks')): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ipynb'))
    .sort()
    .map((file) => path.join(folder, file));
}
