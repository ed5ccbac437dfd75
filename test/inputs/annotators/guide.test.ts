import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readGuide } from '../../../inputs/annotators/guide';
import { createPrompt } from '../../../inputs/annotators/prompt';
import type { Provider } from '../../../inputs/annotators/provider';
import { openAiCompatible } from '../../../inputs/annotators/providers/openai-compatible';
import { unlabelledFolder } from '../../../inputs/datasets/unlabelled-folder';
import { stripes } from '../datasets/miniatures';
import { vlmServer } from './vlm-server';
import { scratchFolder } from '../../scratch';

const provider: Provider = {
  name: 'test',
  model: 'm',
  largestBatch: 4,
  imageTokens: () => 100,
  ask: async () => ({ text: '' }),
};
const lists = { fine: ['crow', 'raven', 'jay'], coarse: ['black', 'blue'] };

async function guideOf(value: unknown) {
  const folder = scratchFolder('guide');
  writeFileSync(path.join(folder, 'jay.png'), await stripes(1, 3));
  const file = path.join(folder, 'prompt.json');
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return readGuide(file, lists);
}

test('a guide says what the pictures are and how classes differ; without one the question stays as it was', async () => {
  const plain = createPrompt(lists, 'fine', provider);
  assert.equal(createPrompt(lists, 'fine', provider, { guide: {} }).hash, plain.hash);
  const guide = await guideOf({ about: 'Birds at a\nfeeder.', descriptions: { raven: 'larger, with a wedge tail' } });
  const { text, hash, classes } = createPrompt(lists, 'fine', provider, { guide });
  assert.match(
    text,
    /^Birds at a feeder\.\n\nClassify the image[^]*What stands behind a colon describes[^]*\n- crow\n- raven: larger, with a wedge tail\n- jay$/,
  );
  assert.notEqual(hash, plain.hash);
  assert.deepEqual(classes, lists.fine, 'what may be answered are the names');
});

test('a third column of hierarchy.csv describes classes; a guide goes before it', async () => {
  const folder = path.join(scratchFolder('column'), 'birds');
  mkdirSync(folder);
  writeFileSync(path.join(folder, '1.png'), await stripes(1, 3));
  writeFileSync(
    path.join(folder, 'hierarchy.csv'),
    'fine,coarse,description\ncrow,black,"caws, hops"\njay,blue,\nraven,black,croaks\n',
  );
  const { hierarchy } = await unlabelledFolder(folder);
  assert.deepEqual(
    [...hierarchy.descriptions!],
    [
      ['crow', 'caws, hops'],
      ['raven', 'croaks'],
    ],
  );
  const guide = await guideOf({ descriptions: { raven: 'soars' } });
  assert.match(createPrompt(hierarchy, 'fine', provider, { guide }).text, /- crow: caws, hops\n- jay\n- raven: soars$/);
});

test('examples stand before the image, each behind its class; a provider that takes none refuses them', async () => {
  const guide = await guideOf({ examples: { jay: ['jay.png'] } });
  assert.throws(() => createPrompt(lists, 'fine', provider, { guide }), /test takes no examples; leave them out/);
  const server = await vlmServer({});
  const openai = openAiCompatible({ model: 'm', baseUrl: server.url, key: 'k' });
  const prompt = createPrompt(lists, 'fine', openai, { guide });
  assert.notEqual(prompt.hash, createPrompt(lists, 'fine', openai).hash);
  const image = { ...prompt.examples[0]!, index: 0 };
  await openai.ask(prompt.question([image], 0), new AbortController().signal);
  await server.close();
  const [turn] = server.asked[0]!.body['messages'] as { content: { type: string; text?: string }[] }[];
  assert.deepEqual(
    turn!.content.map(({ type, text }) => (type === 'text' ? text!.split('\n')[0]!.slice(0, 24) : 'picture')),
    ['Classify the image into ', 'Example of jay:', 'picture', 'The image to classify:', 'picture'],
  );
});

test('a file that cannot be a guide is refused with the entry', async () => {
  await assert.rejects(guideOf('[1]'), /prompt\.json holds no object/);
  await assert.rejects(guideOf({ abuot: 'x' }), /unknown entry "abuot"; expected about, descriptions or examples/);
  await assert.rejects(guideOf({ descriptions: { pug: 'x' } }), /"pug" is no class or group/);
  await assert.rejects(guideOf({ descriptions: { jay: 1 } }), /"jay" has no text/);
  await assert.rejects(
    guideOf({ examples: { jay: ['none.png'] } }),
    /Cannot read the image .*none\.png: it is missing/,
  );
  await assert.rejects(readGuide('/no/where.json', lists), /Cannot read the prompt \/no\/where\.json/);
});
