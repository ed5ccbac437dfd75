import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tensors } from '../../../../lib/engine/tensors';
import { gridOf } from '../../../../inputs/features/vit/config';
import { VitForward } from '../../../../inputs/features/vit/forward';
import { patchRows } from '../../../../inputs/features/vit/patches';
import { smallVit } from './small';

for (const kind of ['vit', 'dinov2'] as const) {
  test(`${kind}: all tokens and the gradient of every weight equal PyTorch's`, async () => {
    const { tf } = await tensors();
    const { config, weights, expected } = await smallVit(kind);
    const [count, , height, width] = expected.get('images')!.shape as [number, number, number, number];
    const patches = patchRows({ count, height, width, pixels: expected.get('images')!.data }, config.patch);

    const before = tf.memory().numTensors;
    const variables = new Map(
      [...weights].map(([name, { shape, data }]) => [name, tf.variable(tf.tensor(data, [...shape]))]),
    );
    const network = new VitForward(tf, config, (name) => variables.get(name)!);
    const tokensOf = () => {
      const embedded = network.embed(
        tf.tensor2d(patches.data, [patches.rows, patches.columns]),
        gridOf(config, height, width),
      );
      return network.lastNorm(network.layers(embedded, 0, config.layers));
    };
    const tokens = tf.tidy(() => tokensOf().dataSync());
    assertClose(tokens, expected.get('tokens')!.data, 'tokens');
    const { shape, data } = expected.get('direction')!;
    const { grads } = tf.tidy(() =>
      tf.variableGrads(
        () =>
          tokensOf()
            .mul(tf.tensor(data, [...shape]))
            .sum()
            .asScalar(),
        [...variables.values()],
      ),
    );
    for (const [name, variable] of variables)
      assertClose(grads[variable.name]!.dataSync(), expected.get(`gradient.${name}`)!.data, name);
    tf.dispose([grads, ...variables.values()]);
    assert.ok(tf.memory().numTensors <= before + 2 * variables.size);
  });
}

/** Relative to the largest expected entry; a key's bias changes nothing, so that its gradient is 0 but for rounding. */
function assertClose(actual: ArrayLike<number>, expected: Float32Array, what: string): void {
  assert.equal(actual.length, expected.length, `length of ${what}`);
  const scale = expected.reduce((best, value) => Math.max(best, Math.abs(value)), 0.1);
  const error = expected.reduce((worst, value, i) => Math.max(worst, Math.abs(actual[i]! - value)), 0);
  assert.ok(error <= 1e-4 * scale, `${what} is off by ${error / scale} of its largest entry`);
}
