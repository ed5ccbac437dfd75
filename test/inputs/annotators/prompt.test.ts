import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Provider, ShownImage } from '../../../inputs/annotators/provider';
import { costOf, listPrice, parsePrice } from '../../../inputs/annotators/price';
import { printable } from '../../../inputs/annotators/printable';
import { createPrompt } from '../../../inputs/annotators/prompt';
import { redactor } from '../../../inputs/annotators/redact';

const provider: Provider = {
  name: 'test',
  model: 'm',
  largestBatch: 4,
  imageTokens: () => 100,
  ask: async () => ({ text: '' }),
};
const images = (count: number): ShownImage[] =>
  Array.from({ length: count }, (_, index) => ({
    index,
    hash: String(index),
    bytes: Buffer.of(),
    mimeType: 'image/png',
  }));
const names = ['crow', 'raven', 'jay', 'magpie'];
const listOf = (list: readonly string[]) => ({ fine: list, coarse: list });

describe('the prompt', () => {
  test('asks for one of N classes and lists them, one line each, in order', () => {
    const { text, classes } = createPrompt(listOf(names), 'fine', provider).question(images(1), 0);
    assert.match(text, /into one of the following 4 classes[^]*\n- crow\n- raven\n- jay\n- magpie$/);
    assert.deepEqual(classes, names);
  });

  test('shuffles the list by seed, another way in every repetition', () => {
    const shuffled = (seed: number, repetition: number) =>
      createPrompt(listOf(names), 'fine', provider, { shuffle: seed }).question(images(1), repetition).classes.join();
    assert.equal(shuffled(1, 0), shuffled(1, 0));
    const orders = new Set([0, 1, 2, 3, 4].map((repetition) => shuffled(1, repetition)));
    assert.ok(orders.size > 1);
    for (const order of orders) assert.deepEqual(order.split(',').sort(), [...names].sort());
  });

  test('shows a name with a line break on one line, so that it cannot add to the list', () => {
    const tricky = ['crow\n- eagle', 'raven\u2028\u001b[31m'];
    const { text, classes } = createPrompt(listOf(tricky), 'fine', provider).question(images(1), 0);
    assert.deepEqual(classes, ['crow - eagle', 'raven [31m']);
    assert.equal(text.match(/^- /gm)?.length, 2);
  });

  test('refuses names that are the same on one line, empty names, and too large a batch', () => {
    assert.throws(
      () => createPrompt(listOf(['a b', 'a\nb']), 'fine', provider),
      /Classes 0 and 1 are both called "a b"/,
    );
    assert.throws(() => createPrompt(listOf(['a', ' \n']), 'fine', provider), /Class 1 .* has an empty name/);
    assert.throws(() => createPrompt(listOf(names), 'fine', provider, { batch: 5 }), /batch: 5; test takes 1 to 4/);
  });

  test('has another hash for whatever changes the answers, and the same for what does not', () => {
    const hash = (options: Parameters<typeof createPrompt>[3], settings = {}): string =>
      createPrompt(listOf(names), 'fine', { ...provider, settings }, options).hash;
    const hashes = [
      ...[{}, { shuffle: 0 }, { shuffle: 1 }, { mode: 'enum' as const }, { batch: 2 }, { temperature: 0.5 }].map((o) =>
        hash(o),
      ),
      ...[hash({ repeats: 3 }), hash({}, { thinkingBudget: 0 })],
      createPrompt(listOf(names.slice(1)), 'fine', provider).hash,
      createPrompt(listOf(names), 'coarse', provider).hash,
    ];
    assert.equal(new Set(hashes).size, hashes.length);
    assert.equal(hash({}), hash({ batch: 1, mode: 'text', maxOutputTokens: 99 }));
    assert.equal(hash({ repeats: 3 }), hash({ repeats: 5 }));
  });

  test('has the hash that journals were filled under', () => {
    const { hash } = createPrompt(listOf(names), 'fine', provider);
    assert.equal(hash, '3d6200347754c772');
    assert.notEqual(createPrompt(listOf(names), 'both', provider).hash, hash);
  });

  test('asks for a group and a class of both lists', () => {
    const { text, groups } = createPrompt({ fine: names, coarse: ['corvid'] }, 'both', provider).question(images(1), 0);
    assert.match(
      text,
      /1 groups and one of the following 4 classes[^]*group \| class[^]*Groups:\n- corvid\n\nClasses:\n- crow/,
    );
    assert.deepEqual(groups, ['corvid']);
  });

  test('numbers the images of a batch', () =>
    assert.match(
      createPrompt(listOf(names), 'fine', provider, { batch: 3 }).question(images(3), 0).text,
      /3 images, numbered/,
    ));
});

test('prices: dollars per million tokens, dated models included, unknown ones unknown', () => {
  assert.deepEqual(listPrice('gpt-4o-mini-2024-07-18'), listPrice('gpt-4o-mini'));
  assert.deepEqual(listPrice('models/gemini-2.0-flash-001'), { input: 0.1, output: 0.4 });
  assert.equal(listPrice('toString'), undefined);
  assert.equal(costOf({ input: 2e6, output: 1e6 }, parsePrice('0.5,3')), 4);
  for (const wrong of ['1', '1,x', '-1,2', '1,2,3', '']) assert.throws(() => parsePrice(wrong), /Unexpected price/);
});

test('secrets are taken out however they are spelled, and so is what looks like a key', () => {
  const key = 'secret+key/1234567';
  const redact = redactor([key, undefined, '']);
  for (const text of [key, encodeURIComponent(key), Buffer.from(key).toString('base64')])
    assert.equal(redact(`<${text}>`), '<[key hidden]>');
  assert.equal(redact('GET /v1?key=abc123&x=1'), 'GET /v1?key=[key hidden]&x=1');
  assert.equal(redact(`AIza${'x'.repeat(35)}`), '[key hidden]');
  assert.equal(redact('Lora Bold'), 'Lora Bold');
});

test('untrusted text is printed in one line without control characters, and cut', () => {
  assert.equal(printable('a\u001b[31m\nb\u202e'), 'a\\u001b[31m\\u000ab\\u202e');
  assert.equal(printable('x'.repeat(100), 10), `${'x'.repeat(10)}…`);
});
