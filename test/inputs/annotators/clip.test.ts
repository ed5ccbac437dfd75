import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { annotate } from '../../../inputs/annotators/annotate';
import type { Provider, ShownImage } from '../../../inputs/annotators/provider';
import { Journal } from '../../../inputs/annotators/journal';
import { createPrompt } from '../../../inputs/annotators/prompt';
import { clip } from '../../../inputs/annotators/providers/clip';
import { repositoryRoot } from '../../../lib/root';
import { hubServer } from '../../hub-server';
import { tinyPictures } from './tiny-pictures';
import { scratchFolder } from '../../scratch';

const fixtures = path.join(repositoryRoot, 'test/fixtures/clip');
/** Made by PyTorch: see clip.py beside it. */
const expected = JSON.parse(readFileSync(path.join(fixtures, 'expected.json'), 'utf8')) as {
  readonly height: number;
  readonly width: number;
  readonly pixels: string;
  readonly texts: readonly string[];
  readonly clip: readonly number[];
  readonly siglip: readonly number[];
};
const classes = expected.texts.map((text) => text.replace('a photo of a ', ''));
const scratch = (): string => scratchFolder('clip');
let picture: ShownImage;

before(async () => {
  const { height, width, pixels } = expected;
  const raw = sharp(Buffer.from(pixels, 'base64'), { raw: { height, width, channels: 3 } });
  picture = { bytes: await raw.png().toBuffer(), mimeType: 'image/png', index: 0, hash: 'x' };
});

const ask = (provider: Provider, names: readonly string[], image = picture) =>
  provider.ask(
    createPrompt({ fine: names, coarse: [] }, 'fine', provider).question([image], 0),
    new AbortController().signal,
  );

for (const type of ['clip', 'siglip'] as const)
  test(`${type} gives the probabilities that transformers gives, whatever it was asked before`, async () => {
    const provider = await clip(path.join(fixtures, type));
    for (const names of [classes.slice(2), classes, [...classes].reverse()]) {
      const { text, confidence, probabilities } = await ask(provider, names);
      const p = names.map((name) => probabilities!.get(name)!);
      const sum = names.reduce((total, name) => total + expected[type][classes.indexOf(name)]!, 0);
      names.forEach((name, k) =>
        assert.ok(Math.abs(p[k]! - expected[type][classes.indexOf(name)]! / sum) < 1e-4, `${name}: ${p[k]}`),
      );
      assert.equal(text, names[p.indexOf(Math.max(...p))]);
      assert.equal(confidence, Math.max(...p));
    }
  });

test('a model of the hub is downloaded once, and its answers go into the journal with the probability of every class', async (t) => {
  const root = (process.env.DATA_ROOT = scratch());
  const { url, asked, server } = await hubServer('someone/clip', path.join(fixtures, 'clip'));
  t.after(() => server.close());
  process.env.HF_ENDPOINT = url;
  const provider = await clip('someone/clip');
  assert.ok(existsSync(path.join(root, 'models/someone/clip/onnx/model.onnx')));
  const data = tinyPictures(6);
  const prompt = createPrompt(data.hierarchy, 'fine', provider, { shuffle: 1 });
  const journal = Journal.open(path.join(root, 'answers.jsonl'));
  const outcome = await annotate({ data, provider, granularity: 'fine', prompt, seed: 0, journal });
  await journal.close();
  assert.deepEqual([outcome.answered, outcome.cost], [6, 0]);
  for (const { label, confidence, probabilities, model } of journal.lines) {
    assert.equal(model, 'someone/clip');
    const p = Object.values(probabilities!);
    assert.deepEqual(Object.keys(probabilities!).sort(), [...data.hierarchy.fine].sort());
    assert.ok(Math.abs(p.reduce((sum, x) => sum + x) - 1) < 1e-5);
    assert.equal(probabilities![label!], confidence);
    assert.equal(confidence, Math.max(...p));
  }
  asked.length = 0;
  await clip('someone/clip');
  assert.deepEqual(
    asked.filter((file) => file.endsWith('.onnx')),
    [],
  );
});

test('without network the model, its folder and the command that fetches it are named, without a stack', () => {
  const root = scratch();
  const run = (...more: string[]) =>
    spawnSync(
      process.execPath,
      ['--import', 'tsx', 'data-scripts/annotate.ts', '--dataset', 'typefaces', '--annotator', 'clip', ...more],
      {
        cwd: repositoryRoot,
        encoding: 'utf8',
        env: { ...process.env, DATA_ROOT: root, HF_ENDPOINT: 'http://127.0.0.1:9/' },
      },
    );
  const asked = ['--granularity', 'fine', '--model', 'someone/clip', '--out', path.join(root, 'out.jsonl')];
  const { status, stderr } = run(...asked);
  assert.equal(status, 1);
  assert.match(stderr, /Cannot load the model someone\/clip \(fetch failed.*models\/someone\/clip; without network/);
  assert.match(stderr, /hf download someone\/clip --local-dir .*models\/someone\/clip/);
  assert.doesNotMatch(stderr, /\n\s+at /);
  assert.equal(run(...asked, '--dry-run').status, 0, 'a dry run loads nothing');
});

test('what is neither a folder of a model nor a name on the hub, and models of other types, are refused', async () => {
  await assert.rejects(clip('nowhere'), /Unexpected model: "nowhere"; expected OWNER\/NAME/);
  const folder = scratch();
  writeFileSync(path.join(folder, 'config.json'), '{"model_type": "vit"}');
  await assert.rejects(clip(folder), /is a model of type "vit"; expected "clip" or "siglip"/);
});

after(() => delete process.env.HF_ENDPOINT);
