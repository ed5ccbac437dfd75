// npm run compare:nbconvert: Debian's jupyter-nbconvert, a client that is not ours, executes the active-learning notebook
// through the installed kernel; its tables and headlines must be those of `npm start`, which must have run before.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { main, UsageError } from '../../../data-scripts/cli/command';
import { headlinesOf } from '../../../notebooks/kit/headline';
import { isCode, readNotebook, type Notebook } from '../../../notebooks/kit/nbformat';
import { installKernel } from '../../../notebooks/kit/kernel/spec';
import { repositoryRoot } from '../../../lib/root';
import { scratchFolder } from '../../scratch';

const name = '03-active-learning.ipynb';
const ours = path.join(repositoryRoot, 'results', 'notebooks', name);

/** Tables as text, without the progress bars, whose times differ. */
const tablesOf = (notebook: Notebook): unknown[] =>
  notebook.cells
    .filter(isCode)
    .flatMap((cell) => cell.outputs)
    .flatMap((output) => ('data' in output ? [output.data] : []))
    .filter((data) => String(data['text/html']).includes('<table'))
    .map((data) => [data['text/plain']].flat().join(''));

const usage = `npm run compare:nbconvert (after npm start, with Jupyter's nbconvert on the path)
       e.g. npm run compare:nbconvert`;

function compare(): void {
  if (!existsSync(ours)) throw new UsageError(`${path.relative('.', ours)} is not there: run npm start first`);
  const folder = scratchFolder('nbconvert');
  try {
    const share = path.join(folder, 'share', 'jupyter');
    installKernel(share);
    const input = path.join(repositoryRoot, 'notebooks', name);
    const args = ['nbconvert', '--to', 'notebook', '--execute', input, '--output-dir', folder];
    const env = { ...process.env, JUPYTER_PATH: share };
    const { status, error } = spawnSync('jupyter', [...args, '--ExecutePreprocessor.timeout=1800'], {
      stdio: 'inherit',
      env,
    });
    if (error) throw error;
    assert.equal(status, 0, `jupyter nbconvert ended with exit code ${status}`);
    const [mine, theirs] = [readNotebook(ours), readNotebook(path.join(folder, name))];
    assert.ok(headlinesOf(mine).length > 0 && tablesOf(mine).length > 1, 'there is something to compare');
    assert.deepEqual(headlinesOf(theirs), headlinesOf(mine));
    assert.deepEqual(tablesOf(theirs), tablesOf(mine));
    console.log(
      `nbconvert and npm start agree on ${tablesOf(mine).length} tables and ${headlinesOf(mine).length} headlines`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main(usage, compare);
