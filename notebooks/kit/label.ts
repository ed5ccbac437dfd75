import { serve, type LabellingServer } from '../../labelling/server';
import type { Project, ProjectState } from '../../labelling/project';
import { duration } from '../../lib/duration';
import { escapeHtml, isHeadless, liveDisplay, type DisplayData } from './display';

export interface LabelOptions {
  /** Whose labels they are: default "me". */
  readonly by?: string;
  /** Of the page in the cell's output, in pixels: default 760. */
  readonly height?: number;
  /** Seconds in which somebody has to open the page; default 120, and then the cell ends, as in a notebook that nobody looks at. */
  readonly patience?: number;
  /** Of the page's server; default: any free one. Give one to forward it, where the kernel runs on another machine. */
  readonly port?: number;
}

/**
 * Shows the page of `npm run label` in the cell's output, and its address, which opens in a tab of its own. The cell runs until
 * "Finish" is pressed there, nothing is left to ask, or it is interrupted; whatever was labelled is kept, and the same cell
 * goes on. Where nobody can see it, it says so and returns: at once in `npm start` and `npm run execute`, and where no browser has
 * opened the page in time (nbconvert).
 * @example
 * const project = await openProject({ folder: 'photos', classes: 'photos/hierarchy.csv' }); // ./labelling/project
 * const { labelled, assessment } = await label(project);
 * @param project stays open; several cells can use it, until its `close()`.
 */
export async function label(
  project: Project,
  { by, height = 760, port, patience = 120 }: LabelOptions = {},
): Promise<ProjectState> {
  if (isHeadless()) {
    liveDisplay(words(NOBODY));
    return project.state();
  }
  const server = await serve(project, {
    framed: true,
    ...(by !== undefined && { by }),
    ...(port !== undefined && { port }),
  });
  const live = liveDisplay(frame(server, height));
  let stop = (): void => {};
  const interrupted = new Promise<void>((resolve) => (stop = resolve));
  process.once('SIGINT', stop);
  let isAlone = false;
  const leave = setTimeout(() => {
    isAlone = true;
    stop();
  }, 1000 * patience);
  void server.seen.then(() => clearTimeout(leave));
  try {
    await Promise.race([server.finished, interrupted]);
  } finally {
    clearTimeout(leave);
    process.off('SIGINT', stop);
    await server.close();
    live.update(words(isAlone ? NOBODY : summary(project.state())));
  }
  return project.state();
}

const NOBODY = 'Nobody is here to label: run this cell in Jupyter.';

/** A notebook that is not trusted shows the link alone. */
function frame({ url }: LabellingServer, height: number): DisplayData {
  const html =
    `<iframe src="${url}" title="Label images" style="width: 100%; height: ${height}px; border: 1px solid rgba(128, 128, 128, 0.4); ` +
    `border-radius: 6px"></iframe><div style="font: 13px sans-serif"><a href="${url}" target="_blank" rel="noopener">Open in a tab</a></div>`;
  return { data: { 'text/html': html, 'text/plain': `Label at ${url}` } };
}

const words = (text: string): DisplayData => ({
  data: { 'text/html': `<div style="font: 13px sans-serif">${escapeHtml(text)}</div>`, 'text/plain': text },
});

function summary({ labelled, images, skipped, notInList, cost }: ProjectState): string {
  const others = [...(skipped ? [`${skipped} skipped`] : []), ...(notInList ? [`${notInList} not in the list`] : [])];
  const time = cost.minutes ? ` in ${duration(60 * cost.minutes)}` : '';
  return [`${labelled} of ${images} images labelled${time}`, ...others].join(', ') + '.';
}
