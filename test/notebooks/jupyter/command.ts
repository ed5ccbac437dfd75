import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { main } from '../../../data-scripts/cli/command';
import { listNotebooks } from '../../../notebooks/kit/notebooks';
import { repositoryRoot } from '../../../lib/root';
import { startJupyter, type App } from './browser';
import { checkNotebook } from './notebook-check';
import { checkSession, scratchNotebook } from './session-check';

const usage = `npm run test:jupyter [-- OPTIONS] [NOTEBOOK ...]
       --jupyter FILE       DIR/bin/jupyter; default: the one on the path
       --app lab|notebook   default: lab
       --out DIR            for screenshots; default: results/browser
       --seconds N          for the cells of a notebook; default: 900
       e.g. npm run test:jupyter -- --app notebook 00`;

/**
 * Opens notebooks in a real Jupyter in a real headless Chromium, as committed (untrusted), then runs all cells; checks that
 * every figure is seen, first as a picture, then interactive, and tries completion, hover, interrupt and restart. Leaves
 * screenshots. Needs Jupyter and Chromium; opt-in.
 */
async function checkAll(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      jupyter: { type: 'string', default: 'jupyter' },
      app: { type: 'string', default: 'lab' },
      out: { type: 'string', default: path.join(repositoryRoot, 'results', 'browser') },
      seconds: { type: 'string', default: '900' },
    },
  });
  const { jupyter, out, seconds } = values;
  const app = values.app as App;
  const files = listNotebooks().filter(
    (file) => !positionals.length || positionals.some((name) => file.includes(name)),
  );
  const scratch = scratchNotebook();
  mkdirSync(out, { recursive: true });
  const browser = await startJupyter(jupyter, app, [...files, scratch]);
  try {
    const session = await browser.open(scratch);
    await checkSession(session, app, out);
    session.close();
    for (const file of files) {
      const page = await browser.open(file);
      await checkNotebook(page, { app, file, out, seconds: Number(seconds) });
      page.close();
    }
  } finally {
    await browser.close();
  }
}

main(usage, checkAll);
