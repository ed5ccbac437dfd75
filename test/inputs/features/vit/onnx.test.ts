import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadOnnxruntime } from '../../../../lib/engine/load-onnxruntime';
import { vitOnnx, type VitPooling } from '../../../../inputs/features/vit/onnx';
import { smallVit } from './small';

/** What the ONNX model of a small network says of the fixture's images. */
async function features(kind: 'vit' | 'dinov2', pooling: VitPooling) {
  const vit = await smallVit(kind);
  const { shape, data } = vit.expected.get('images')!;
  const [, , height, width] = shape as [number, number, number, number];
  const { InferenceSession, Tensor } = await loadOnnxruntime();
  const session = await InferenceSession.create(vitOnnx(vit, { height, width, pooling }));
  const output = (await session.run({ pixel_values: new Tensor('float32', data, shape) })).features!;
  return { vit, width: output.dims[1]!, features: output.data as Float32Array };
}

for (const kind of ['vit', 'dinov2'] as const)
  test(`${kind}: the ONNX model gives the class token and the patches' mean that PyTorch gives`, async () => {
    const { vit, features: both, width } = await features(kind, 'class+mean');
    const { hidden } = vit.config;
    assert.equal(width, 2 * hidden);
    const { shape, data } = vit.expected.get('tokens')!;
    const [n, tokens] = shape as [number, number, number];
    const { features: classTokens } = await features(kind, 'class');
    const largest = data.reduce((best, value) => Math.max(best, Math.abs(value)), 0);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < hidden; j++) {
        const at = (token: number): number => data[(i * tokens + token) * hidden + j]!;
        let mean = 0;
        for (let token = 1; token < tokens; token++) mean += at(token) / (tokens - 1);
        const close = (actual: number, expected: number): void =>
          assert.ok(Math.abs(actual - expected) < 1e-5 * largest, `image ${i}, ${j}: ${actual}, expected ${expected}`);
        close(classTokens[i * hidden + j]!, at(0));
        close(both[i * width + j]!, at(0));
        close(both[i * width + hidden + j]!, mean);
      }
  });
