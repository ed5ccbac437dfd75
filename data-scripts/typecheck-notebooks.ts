import path from 'node:path';
import { checkTypes } from '../notebooks/kit/check-types';
import { main } from './cli/command';
import { readNotebook } from '../notebooks/kit/nbformat';
import { repositoryRoot } from '../lib/root';
import { listNotebooks } from '../notebooks/kit/notebooks';

main('npm run typecheck\n       e.g. npm run typecheck', () => {
  const files = process.argv.length > 2 ? process.argv.slice(2) : listNotebooks();
  const faults = checkTypes(files.map((file) => readNotebook(file)));
  faults.forEach((found, i) => {
    for (const { cell, line, message } of found)
      console.error(`${path.relative(repositoryRoot, files[i]!)}, code cell ${cell}, line ${line}: ${message}`);
  });
  if (faults.some(({ length }) => length)) process.exitCode = 1;
});
