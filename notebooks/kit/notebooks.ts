import { readdirSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../lib/root';

/** The notebooks of a folder, in their order. */
export function listNotebooks(folder: string = path.join(repositoryRoot, 'notebooks')): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ipynb'))
    .sort()
    .map((file) => path.join(folder, file));
}
