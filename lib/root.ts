import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The repository's folder: the nearest one above this file that holds a package.json. Found by walking up, because a
 * notebook kernel runs copies of lib's files from a folder of its own inside the repository.
 */
export const repositoryRoot = ((): string => {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`No package.json above ${__dirname}; lib must lie inside its repository`);
    folder = parent;
  }
  return folder;
})();
