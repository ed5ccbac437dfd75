import { progressWords, type ProgressState } from './progress-line';
import { escapeHtml, liveDisplay } from './display';
import type { DisplayData } from './display';

/** A bar that fills while work is done. */
export interface ProgressBar {
  /** `done` of the total are done; `note` says what is being done. The total is `of`, where it is known only now. */
  update(done: number, note?: string, of?: number): void;
  /** Fills the bar and says how long it took. */
  finish(note?: string): void;
}

/**
 * Shows a progress bar with the time left, which updates in place. Outside a kernel, and where HTML is not shown, a line of
 * text. Redrawn at most ten times a second.
 */
export function progress(total: number, label = ''): ProgressBar {
  const start = performance.now();
  let drawn = -Infinity;
  let known = total;
  const live = liveDisplay(draw({ total, done: 0, label, note: '', seconds: 0 }));
  const redraw = (done: number, note: string): void => {
    drawn = performance.now();
    live.update(draw({ total: known, done, label, note, seconds: (drawn - start) / 1000 }));
  };
  return {
    update(done, note = '', of = known) {
      known = of;
      if (performance.now() - drawn > 100) redraw(Math.min(done, known), note);
    },
    finish: (note = '') => redraw(known, note),
  };
}

function draw(state: ProgressState): DisplayData {
  const { done, total } = state;
  const share = total > 0 ? done / total : 1;
  const words = progressWords(state);
  const filled = Math.round(share * 24);
  const html =
    `<div style="font: 13px sans-serif; max-width: 46em">${escapeHtml(words)}` +
    `<div style="height: 6px; margin-top: 3px; border-radius: 3px; background: rgba(128, 128, 128, 0.25)">` +
    `<div style="height: 6px; border-radius: 3px; background: #0072b2; width: ${(share * 100).toFixed(1)}%"></div></div></div>`;
  const text = `${'█'.repeat(filled)}${'░'.repeat(24 - filled)} ${words}`;
  return { data: { 'text/html': html, 'text/plain': text }, metadata: { progress: true } };
}
