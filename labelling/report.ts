import { row } from '../lib/engine/matrix';
import { withPicture } from '../lib/data/pictures';
import { qualityInWords } from '../lib/noise/quality';
import { wilson } from '../lib/noise/wilson';
import { escapeHtml } from '../notebooks/kit/display';
import type { Assessment } from './assess';
import type { Known } from './export';
import { largest } from './numbers';
import { accuracyInWords, adviceInWords, percent, spentInWords } from './status';
import { suspicions } from './suspicious';

const SHOWN = 10;

/** How a labelling went, on one page that needs nothing beside it. */
export async function reportOf(known: Known): Promise<string> {
  const { project, learning } = known;
  const state = project.state();
  const { assessment, history, images, labelled, skipped, notInList, weak, conflicts, advice } = state;
  const { strategy, learner, annotator, question } = project.setup.settings;
  const facts: [string, string | undefined][] = [
    [
      'Images',
      `${images}, ${labelled} of them labelled, ${skipped} skipped, ${notInList} not in the list, ${conflicts.length} disputed`,
    ],
    ['Chosen by', `${strategy}; learned by ${learner}`],
    [
      'Annotator',
      annotator === null ? undefined : `${annotator}, asked for ${question} classes; ${weak} groups bought`,
    ],
    ['Its answers', assessment?.quality && qualityInWords(assessment.quality)],
    ['Spent', spentInWords(state)],
    ['Accuracy', assessment && accuracyInWords(state)],
    ['Advice', advice && adviceInWords(state)],
  ];
  const sections = [
    history.length > 1 ? section('Accuracy as labels came', curve(history)) : '',
    section('Classes that go wrong most', table(['class', 'labels', 'right', '95 % interval'], worstClasses(known))),
    section('What the annotator mixes up', table(['truth', 'it says', 'share'], mixedUp(known))),
    section(`Labels to look at again`, await doubtful(known)),
  ];
  const title = `${project.setup.title}: labelling`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>
<style>${css}</style></head><body><main>
<h1>${escapeHtml(title)}</h1>
<dl>${facts.map(([name, text]) => (text === undefined ? '' : `<dt>${name}</dt><dd>${escapeHtml(text)}</dd>`)).join('')}</dl>
${sections.join('\n')}
<footer>${escapeHtml(learning.session.records.at(-1)?.engine ?? '')}</footer>
</main></body></html>
`;
}

const section = (title: string, body: string): string =>
  body ? `<section><h2>${escapeHtml(title)}</h2>${body}</section>` : '';

/** Cells are text. */
function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  if (!rows.length) return '';
  const line = (tag: string, cells: readonly string[]): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${line('th', heading)}${rows.map((cells) => line('td', cells)).join('')}</table>`;
}

function worstClasses({ project, heldOut: { labels, fine } }: Known): string[][] {
  const [right, all] = [new Int32Array(fine.columns), new Int32Array(fine.columns)];
  labels.forEach((label, i) => {
    all[label]!++;
    if (largest(row(fine, i)) === label) right[label]!++;
  });
  return [...all.keys()]
    .filter((k) => all[k]! > 2 && right[k]! < all[k]!)
    .sort((a, b) => right[a]! / all[a]! - right[b]! / all[b]! || all[b]! - all[a]!)
    .slice(0, SHOWN)
    .map((k) => {
      const { share, low, high } = wilson(right[k]!, all[k]!);
      return [project.classes[k]!.fine, String(all[k]), percent(share), `${percent(low)} to ${percent(high)}`];
    });
}

/** The largest entries of T beside its diagonal. */
function mixedUp({ project, learning: { session } }: Known): string[][] {
  const T = session.transition;
  const { coarse } = project.data.hierarchy;
  if (!T) return [];
  const entries = coarse.flatMap((truth, i) =>
    Array.from(row(T, i), (share, j) => ({ truth, said: coarse[j] ?? 'nothing of the list', share, wrong: i !== j })),
  );
  return entries
    .filter(({ wrong }) => wrong)
    .sort((a, b) => b.share - a.share)
    .slice(0, SHOWN)
    .map(({ truth, said, share }) => [truth, said, percent(share)]);
}

async function doubtful({ project, learning, heldOut }: Known): Promise<string> {
  const figures = suspicions(heldOut)
    .slice(0, SHOWN)
    .map(async ({ image, label, suggested, suggestedProbability }) => {
      const words = `${project.classes[label]!.fine}; the model: ${project.classes[suggested]!.fine} (${percent(suggestedProbability)})`;
      const picture = await thumbnail(project.data.pool, image);
      return `<figure>${picture}<figcaption><b>${escapeHtml(learning.pathOf(image))}</b><br>${escapeHtml(words)}</figcaption></figure>`;
    });
  return figures.length ? `<div class="grid">${(await Promise.all(figures)).join('')}</div>` : '';
}

async function thumbnail(split: Known['project']['data']['pool'], image: number): Promise<string> {
  try {
    const bytes = await withPicture(split, image, (picture) =>
      picture.resize(160, 160, { fit: 'inside', withoutEnlargement: true }).jpeg({ quality: 75 }).toBuffer(),
    );
    return `<img alt="" src="data:image/jpeg;base64,${bytes.toString('base64')}">`;
  } catch {
    return '<p>(its file is gone)</p>';
  }
}

/** Accuracy over labels, with its interval as a band. */
function curve(history: readonly Assessment[]): string {
  const [width, height, left, bottom] = [640, 260, 44, 34];
  const most = Math.max(...history.map(({ labels }) => labels));
  const x = (labels: number): string => (left + ((width - left - 12) * labels) / most).toFixed(1);
  const y = (share: number): string => (8 + (height - bottom - 8) * (1 - share)).toFixed(1);
  const line = (points: readonly (readonly [number, number])[]): string =>
    points.map(([n, p]) => `${x(n)},${y(p)}`).join(' ');
  const low = history.map(({ labels, accuracy }) => [labels, accuracy.low] as const);
  const high = history.map(({ labels, accuracy }) => [labels, accuracy.high] as const);
  const middle = history.map(({ labels, accuracy }) => [labels, accuracy.share] as const);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (p) =>
      `<path d="M${left} ${y(p)}H${width - 12}"/><text x="${left - 6}" y="${y(p)}" class="side">${100 * p} %</text>`,
  );
  const counts = [0, Math.round(most / 2), most].map(
    (n) => `<text x="${x(n)}" y="${height - 14}" class="below">${n}</text>`,
  );
  return (
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Accuracy over labels">${ticks.join('')}${counts.join('')}` +
    `<polygon points="${line([...low, ...high.reverse()])}"/><polyline points="${line(middle)}"/></svg>` +
    '<p>Labels, and the cross-validated accuracy with its 95 % interval.</p>'
  );
}

const css = `
body { margin: 0; color: #1f2328; background: #fff; font: 16px/1.55 system-ui, 'Helvetica Neue', Arial, sans-serif; }
main { max-width: 760px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 26px; line-height: 1.25; } h2 { font-size: 19px; margin: 36px 0 10px; }
dl { display: grid; grid-template-columns: 110px 1fr; gap: 6px 16px; } dt { color: #5c6470; } dd { margin: 0; }
table { border-collapse: collapse; } td, th { text-align: left; padding: 4px 22px 4px 0; border-bottom: 1px solid #d8dce2; }
th { font-weight: 500; color: #5c6470; } td { font-variant-numeric: tabular-nums; }
svg { width: 100%; height: auto; } svg path { stroke: #e4e7eb; } svg text { font-size: 12px; fill: #5c6470; }
svg .side { text-anchor: end; dominant-baseline: middle; } svg .below { text-anchor: middle; }
polygon { fill: #0072b2; opacity: 0.16; } polyline { fill: none; stroke: #0072b2; stroke-width: 2.5; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 18px; }
figure { margin: 0; font-size: 13px; line-height: 1.4; overflow-wrap: anywhere; } figure img { max-width: 100%; border-radius: 4px; }
p, footer { color: #5c6470; font-size: 14px; }
`;
