import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { importAnswers } from '../../data-scripts/annotate/published';
import type { Dataset } from '../../lib/data/dataset';
import { createHierarchy } from '../../lib/data/hierarchy';
import { scratchFolder } from '../scratch';

/** Files that hold nothing but their names: they are only hashed. */
function files(paths: readonly string[]): Dataset {
  const folder = scratchFolder('published');
  paths.forEach((name, i) => writeFileSync(path.join(folder, name.replaceAll('/', '_')), String(i)));
  const pool = { fine: Int32Array.from(paths, (name) => Number(name.startsWith('b'))), files: { folder, paths } };
  const hierarchy = createHierarchy([
    ['House Wren', 'Wren'],
    ['Ivory Gull', 'Gull'],
  ]);
  return { name: 'files', title: '', hierarchy, pool, test: { fine: new Int32Array(0) } };
}
const data = files([
  'a_image_001.png',
  'a_image_002.png',
  'b_image_003.png',
  'b_image_004.png',
  'b_image_005.png',
  'c3.png',
]);

test('images are found by path, file name and number, and never guessed', async () => {
  const { lines, unmatched, ambiguous } = await importAnswers(
    data,
    {
      'a_image_001.png': 'x',
      'elsewhere\\a_image_002.jpg': 'x',
      '004': 'x',
      '3.jpg': 'x',
      '9.jpg': 'x',
      5: 'x',
      '05': 'x',
    },
    'GPT-4V',
  );
  assert.deepEqual(lines.map(({ index }) => index).sort(), [0, 1, 3]);
  assert.deepEqual([unmatched, [...ambiguous].sort()], [['9.jpg'], ['05', '3.jpg', '5']]);
});

test('a name, a ranked list and probabilities become lines, names spelled as the data set does', async () => {
  const { lines, outside } = await importAnswers(
    data,
    {
      '1.jpg': 'house wren',
      '2.jpg': ['ICE GULL', 'owl', 'House-Wren'],
      'b_image_003.png': { owl: 0.25, 'ivory gull': 0.5, 'ice gull': 0.125 },
      '4.jpg': ['owl', 'Ivory Gull'],
      'b_image_005.png': [],
    },
    'GPT-4V',
    { 'ice gull': 'Ivory Gull' },
  );
  const parts = lines.map(({ status, label, ranked, probabilities }) => [status, label, ranked, probabilities]);
  assert.deepEqual(parts, [
    ['answered', 'House Wren', undefined, undefined],
    ['answered', 'Ivory Gull', ['Ivory Gull', 'owl', 'House Wren'], undefined],
    ['answered', 'Ivory Gull', ['Ivory Gull', 'owl'], { owl: 0.25, 'Ivory Gull': 0.625 }],
    ['outside', null, ['owl', 'Ivory Gull'], undefined],
    ['refused', null, [], undefined],
  ]);
  assert.deepEqual([outside, lines[0]!.model, lines[0]!.granularity], [1, 'GPT-4V', 'fine']);
});

test('names outside the list that are mostly given for one class are told as likely synonyms', async () => {
  const published = { '1.jpg': 'owl', 'b_image_003.png': 'Ice gull', '4.jpg': 'Ice gull', '5.jpg': 'Ice gull' };
  const { synonyms } = await importAnswers(data, published, 'GPT-4V');
  assert.deepEqual(synonyms, [{ name: 'Ice gull', label: 'Ivory Gull', count: 3, of: 3 }]);
});

test('images without a true label make no synonym likely', async () => {
  const open = { ...data, pool: { ...data.pool, fine: data.pool.fine.map(() => -1) } };
  const { lines, synonyms } = await importAnswers(
    open,
    { 1: 'puffin', 2: 'puffin', 5: 'puffin', 4: 'ivory gull' },
    'X',
  );
  assert.deepEqual([lines.length, synonyms], [4, []]);
});

test('an answer of another form is told', async () => {
  const wrong = { '1.jpg': [1] } as unknown as Record<string, string>;
  await assert.rejects(
    importAnswers(data, wrong, 'x'),
    /Unexpected answer to "1.jpg": \[1\]; expected a name, \[names\]/,
  );
});
