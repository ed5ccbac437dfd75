import path from 'node:path';
import { cardOf, type DatasetCard } from '../../inputs/datasets/card';
import type { Dataset } from '../../lib/data/dataset';
import { repositoryRoot } from '../../lib/root';
import { escapeHtml, type DisplayData } from './display';
import { groupExamples } from './purchases';

/** Images shown at the most. */
const MOST = 16;

/** A data set as a card: what it holds, and an image of each group where it has images. */
export async function datasetCard(data: Dataset): Promise<DisplayData> {
  const facts = factsOf(cardOf(data));
  const text = [data.title, ...facts.map(([name, value]) => `  ${name}: ${value}`)].join('\n');
  const rows = facts.map(
    ([name, value]) =>
      `<tr><td style="text-align: left; padding: 1px 14px 1px 0; opacity: 0.7">${escapeHtml(name)}</td>` +
      `<td style="text-align: left; padding: 1px 0">${escapeHtml(value)}</td></tr>`,
  );
  const html =
    `<div style="font: 13px sans-serif"><b>${escapeHtml(data.title)}</b>` +
    `<table style="border-collapse: collapse; margin: 6px 0">${rows.join('')}</table>${await thumbnails(data)}</div>`;
  return { data: { 'text/html': html, 'text/plain': text } };
}

function factsOf(card: DatasetCard): [string, string][] {
  const { name, fine, coarse, pool, test, image, folder, leftOut, annotator, weakLabelAccuracy: right } = card;
  const count = (n: number): string => n.toLocaleString('en-US');
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return [
    ['name', name],
    ['classes', `${fine} fine in ${coarse} groups`],
    ['images', `${count(pool)} in the pool, ${count(test)} for tests`],
    ...(image ? [['size', `${image[0]} x ${image[1]} pixels, ${image[2] === 1 ? 'gray' : 'colour'}`] as const] : []),
    ...(folder ? [['folder', shortPath(folder)] as const] : []),
    ...(leftOut ? [['left out', `${count(leftOut)} images that cannot be read`] as const] : []),
    ...(annotator ? [['annotator', annotator] as const] : []),
    ...(right
      ? [
          [
            'is right on',
            `${percent(right.coarse)} of groups${right.fine === undefined ? '' : `, ${percent(right.fine)} of classes`}`,
          ] as const,
        ]
      : []),
  ].map(([label, value]): [string, string] => [label, value]);
}

/** Relative to the repository where it lies there. */
function shortPath(folder: string): string {
  const inside = path.relative(repositoryRoot, folder);
  return inside.startsWith('..') || path.isAbsolute(inside) ? folder : inside;
}

async function thumbnails(data: Dataset): Promise<string> {
  if (!data.pool.images && !data.pool.files) return '';
  const [section] = await groupExamples(data, MOST);
  const figures = section!.images.map(
    ({ picture, caption = [] }) =>
      `<span style="display: inline-block; width: 104px; margin: 0 8px 8px 0; font-size: 11px; vertical-align: top; text-align: left">` +
      `<img src="${picture.uri}" alt="${escapeHtml(caption.join(', '))}" style="max-width: 100px; max-height: 100px; border: 1px solid #ccc"><br>` +
      `${caption.map(escapeHtml).join('<br>')}</span>`,
  );
  return figures.join('');
}
