import path from 'node:path';
import { repositoryRoot } from '../../lib/root';

/** Where downloaded data sets and models lie: the environment's `DATA_ROOT`, or `data/` in the repository. */
export function dataRoot(): string {
  return path.resolve(repositoryRoot, process.env.DATA_ROOT || 'data');
}
