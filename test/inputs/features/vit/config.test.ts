import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../../../lib/errors';
import { createRandom } from '../../../../lib/random';
import { dinov2B14, gridOf, parseVitConfig, vitB16 } from '../../../../inputs/features/vit/config';
import { positionMap } from '../../../../inputs/features/vit/positions';
import { pickWeights, vitShapes } from '../../../../inputs/features/vit/weights';
import { formatVitConfig, randomVit } from './random';

const small = { ...vitB16, hidden: 6, layers: 1, heads: 2, mlp: 8, patch: 4, image: 8 };

test('a configuration is read back as it was written', () => {
  for (const config of [vitB16, dinov2B14, small])
    assert.deepEqual(parseVitConfig(formatVitConfig(config), 'x'), config);
});

test('ViT-B/16 and DINOv2 B/14 have the published number of weights', () => {
  const count = (config: typeof vitB16): number =>
    [...vitShapes(config).values()].reduce((sum, shape) => sum + shape.reduce((product, n) => product * n, 1), 0);
  assert.equal(count(vitB16), 85_798_656);
  assert.equal(count(dinov2B14), 86_579_712); // 86,580,480 with the mask token
});

test('sizes may be given for both sides', () => {
  const text = '{"model_type": "vit", "image_size": [32, 32], "patch_size": [16, 16]}';
  const { image, patch } = parseVitConfig(text, 'c.json');
  assert.deepEqual([image, patch], [32, 16]);
});

test('configurations that are not known here are refused by name', () => {
  const of = (more: object): string => JSON.stringify({ model_type: 'vit', ...more });
  const cases: [string, RegExp][] = [
    ['{', /c.json is no JSON/],
    ['null', /unexpected model_type undefined; expected "vit" or "dinov2"/],
    [of({ model_type: 'clip' }), /unexpected model_type "clip"/],
    [of({ hidden_size: -1 }), /unexpected hidden_size -1; expected a positive integer/],
    [of({ hidden_act: 'relu' }), /unexpected hidden_act "relu"/],
    [of({ num_attention_heads: 7 }), /7 heads do not divide 768/],
    [of({ patch_size: 15 }), /patches of 15 do not tile images of 224/],
    [of({ model_type: 'dinov2', use_swiglu_ffn: true }), /unexpected use_swiglu_ffn true/],
    [of({ image_size: [32, 64] }), /unexpected image_size \[32,64\]; expected both sides to be the same/],
    [of({ layer_norm_eps: 'a' }), /unexpected layer_norm_eps "a"/],
  ];
  for (const [text, message] of cases)
    assert.throws(
      () => parseVitConfig(text, 'c.json'),
      (error: Error) => error instanceof InputError && message.test(error.message),
    );
});

test('weights are found under the prefix of a model around them; one that is missing or misshapen is named', () => {
  const { weights } = randomVit(small, createRandom(0));
  const wrapped = new Map([...weights].map(([name, tensor]) => [`vit.${name}`, tensor]));
  assert.deepEqual([...pickWeights(small, { tensors: wrapped, others: new Map() }, 'f')], [...weights]);
  const name = 'encoder.layer.0.attention.attention.key.bias';
  assert.throws(
    () => pickWeights({ ...small, layers: 2 }, { tensors: new Map(weights), others: new Map() }, 'f'),
    /f lacks the weight "encoder.layer.1.layernorm/,
  );
  assert.throws(
    () => pickWeights(small, { tensors: new Map(), others: new Map([['embeddings.cls_token', 'F64']]) }, 'f'),
    /f: "embeddings.cls_token" holds F64; expected F32, F16 or BF16/,
  );
  const odd = new Map(weights).set(name, { shape: [7], data: new Float32Array(7) });
  assert.throws(
    () => pickWeights(small, { tensors: odd, others: new Map() }, 'f'),
    /f: "encoder.*key.bias" is \[7\]; config.json makes it \[6\]/,
  );
});

test('weights are found by the names of a state dictionary of transformers 5, too', () => {
  const attention = { 'attention.attention.query': 'attention.q_proj', 'attention.attention.key': 'attention.k_proj', 'attention.attention.value': 'attention.v_proj', 'attention.output.dense': 'attention.o_proj' }; // prettier-ignore
  const vit = { layernorm_before: 'layernorm_before', layernorm_after: 'layernorm_after', 'intermediate.dense': 'mlp.fc1', 'output.dense': 'mlp.fc2' }; // prettier-ignore
  const cases = [
    { config: small, layer: 'layers.0', parts: { ...attention, ...vit } },
    { config: { ...small, kind: 'dinov2', mlp: 24 } as const, layer: 'encoder.layer.0', parts: attention },
  ];
  for (const { config, layer, parts } of cases) {
    const { weights } = randomVit(config, createRandom(0));
    const names = Object.entries(parts).flatMap(([old, name]) =>
      ['weight', 'bias'].map((end) => [`encoder.layer.0.${old}.${end}`, `${layer}.${name}.${end}`] as const),
    );
    const renamed = new Map<string, string>(names);
    assert.ok(names.every(([old]) => weights.has(old)));
    const tensors = new Map([...weights].map(([old, tensor]) => [`${config.kind}.${renamed.get(old) ?? old}`, tensor]));
    assert.deepEqual([...pickWeights(config, { tensors, others: new Map() }, 'f')], [...weights]);
  }
});

test('a ViT takes images of its own size, a DINOv2 any that its patches tile', () => {
  assert.deepEqual(gridOf(dinov2B14, 224, 140), [16, 10]);
  assert.deepEqual(gridOf(vitB16, 224, 224), [14, 14]);
  assert.throws(() => gridOf(vitB16, 224, 240), /Unexpected image size: 224 x 240; this ViT takes 224 x 224 only/);
  assert.throws(() => gridOf(dinov2B14, 224, 225), /multiples of the patches' 14 pixels/);
});

test('resized positions are averages of the old ones, and a grid that stays needs no map', () => {
  assert.equal(positionMap(4, [4, 4]), undefined);
  const map = positionMap(4, [3, 7])!;
  for (let i = 0; i < map.rows; i++) {
    const sum = map.data.subarray(i * 16, (i + 1) * 16).reduce((total, w) => total + w, 0);
    assert.ok(Math.abs(sum - 1) < 1e-6, `row ${i} sums to ${sum}`);
  }
});
