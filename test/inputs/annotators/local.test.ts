import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { annotate } from '../../../inputs/annotators/annotate';
import { Journal } from '../../../inputs/annotators/journal';
import { createPrompt } from '../../../inputs/annotators/prompt';
import { local } from '../../../inputs/annotators/providers/local';
import { createHierarchy } from '../../../lib/data/hierarchy';
import { validateDataset, type Dataset, type Split } from '../../../lib/data/dataset';
import { repositoryRoot } from '../../../lib/root';
import { hubServer } from '../../hub-server';
import { scratchFolder } from '../../scratch';

/** A tiny SmolVLM that tells light pictures from dark ones, and what transformers lets it say: see smolvlm.py. */
const fixture = path.join(repositoryRoot, 'test/fixtures/smolvlm');
const expected = JSON.parse(readFileSync(path.join(fixture, 'expected.json'), 'utf8')) as {
  grey: number;
  text: string;
}[];
const scratch = (): string => scratchFolder('local');

/** Pictures of one grey each, 20 x 12 pixels. */
function greys(values: readonly number[]): Dataset {
  const split: Split = {
    fine: Int32Array.from(values, (_, i) => i % 2),
    images: {
      count: values.length,
      height: 20,
      width: 12,
      channels: 1,
      pixels: Uint8Array.from({ length: values.length * 240 }, (_, at) => values[Math.floor(at / 240)]!),
    },
  };
  const hierarchy = createHierarchy([
    ['light', 'all'],
    ['dark', 'all'],
  ]);
  return validateDataset({ name: 'greys', title: 'greys', hierarchy, pool: split, test: split });
}

test('a small VLM of the hub is downloaded and says what transformers lets it say, into the journal', async (t) => {
  const root = (process.env.DATA_ROOT = scratch());
  const { url, server } = await hubServer('someone/smolvlm', fixture);
  t.after(() => server.close());
  process.env.HF_ENDPOINT = url;
  const provider = await local('someone/smolvlm');
  const data = greys(expected.map(({ grey }) => grey));
  const prompt = createPrompt(data.hierarchy, 'fine', provider);
  const journal = Journal.open(path.join(root, 'answers.jsonl'));
  const outcome = await annotate({ data, provider, granularity: 'fine', prompt, seed: 0, journal });
  await journal.close();
  assert.deepEqual([outcome.answered, outcome.cost], [expected.length, 0]);
  for (const { index, label, raw, tokens } of journal.lines) {
    assert.deepEqual([label, raw], [expected[index]!.text, expected[index]!.text]);
    assert.equal(tokens!.output, raw.length + 1, 'letters and the end');
  }
});

test('an answer that does not end is refused as cut off, and one that is given up ends with its signal', async () => {
  const provider = await local(fixture);
  const { question } = createPrompt({ fine: ['light', 'dark'], coarse: [] }, 'fine', provider, { maxOutputTokens: 2 });
  const raw = { raw: { width: 8, height: 8, channels: 3 } } as const;
  const bytes = await sharp(Buffer.alloc(192, 9), raw).png().toBuffer();
  const asked = question([{ bytes, mimeType: 'image/png', index: 0, hash: 'ab' }], 0);
  const { text, refused } = await provider.ask(asked, new AbortController().signal);
  assert.deepEqual([text, refused], ['da', 'cut off at the output limit']);
  await assert.rejects(provider.ask(asked, AbortSignal.abort(new Error('given up'))), /given up/);
});

test('models of other types are refused', async () => {
  const clip = path.join(repositoryRoot, 'test/fixtures/clip/clip');
  await assert.rejects(local(clip), /is a model of type "clip"; expected smolvlm or idefics3/);
});

after(() => delete process.env.HF_ENDPOINT);
