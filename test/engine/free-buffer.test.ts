import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../lib/engine';
import { freeBuffer } from '../../lib/engine/free-buffer';
import { matrix } from '../../lib/engine/matrix';

test('a freed buffer is empty, and so are its views', () => {
  const view = new Float32Array(1000);
  freeBuffer(view.buffer);
  assert.equal(view.buffer.byteLength, 0);
  assert.equal(view.length, 0);
});

test('no product leaves memory for the garbage collector beyond what it returns', async () => {
  const engine = await createEngine({ name: 'onnxruntime' });
  const [a, b, out] = [matrix(512, 64), matrix(64, 512), matrix(512, 512)]; // 1 MB a product
  await engine.product(a, b, { out });
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 20; i++) await engine.product(a, b, { out });
  const grown = process.memoryUsage().arrayBuffers - before;
  assert.ok(grown < 1e6, `20 products left ${grown} bytes`);
  assert.equal(out.data.length, 512 * 512);
});
