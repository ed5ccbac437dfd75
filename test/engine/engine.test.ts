import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createEngine } from '../../lib/engine';
import type { Engine } from '../../lib/engine/engine';
import { matrix, type Matrix } from '../../lib/engine/matrix';
import { selfCheck } from '../../lib/engine/self-check';
import { InputError } from '../../lib/errors';
import { createRandom } from '../../lib/random';

const random = createRandom(1).stream('engine test');

function normals(rows: number, columns: number): Matrix {
  const out = matrix(rows, columns);
  for (let i = 0; i < out.data.length; i++) out.data[i] = random.normal();
  return out;
}

function plainProduct(a: Matrix, b: Matrix, transposeA: boolean, transposeB: boolean, bias?: Float32Array): number[] {
  const [m, inner] = transposeA ? [a.columns, a.rows] : [a.rows, a.columns];
  const n = transposeB ? b.rows : b.columns;
  return Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = bias ? bias[j]! : 0;
    for (let k = 0; k < inner; k++)
      sum += a.data[transposeA ? k * m + i : i * inner + k]! * b.data[transposeB ? j * inner + k : k * n + j]!;
    return sum;
  });
}

for (const name of ['onnxruntime', 'wasm']) {
  test(`${name}: any product, transposed or not, with or without a bias, is that of plain loops`, async () => {
    const engine = await createEngine({ name });
    assert.ok(engine.name.startsWith(name), engine.name);
    const size = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(255, 257, 520));
    await fc.assert(
      fc.asyncProperty(
        size,
        size,
        size,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        async (m, n, inner, tA, tB, biased) => {
          fc.pre(m * n * inner < 2e6);
          const a = tA ? normals(inner, m) : normals(m, inner);
          const b = tB ? normals(n, inner) : normals(inner, n);
          const bias = biased ? normals(1, n).data : undefined;
          const product = await engine.product(a, b, { transposeA: tA, transposeB: tB, bias });
          assert.deepEqual([product.rows, product.columns], [m, n]);
          plainProduct(a, b, tA, tB, bias).forEach((expected, at) => {
            assert.ok(
              Math.abs(product.data[at]! - expected) < 1e-4,
              `${product.data[at]} at ${at}, expected ${expected}`,
            );
          });
        },
      ),
      { numRuns: 60, seed: 3 },
    );
  });

  test(`${name}: writes where it is told to, over whatever is there`, async () => {
    const engine = await createEngine({ name });
    const out = matrix(1, 2, Float32Array.of(NaN, 7));
    const product = await engine.product(matrix(1, 1, Float32Array.of(3)), matrix(1, 2, Float32Array.of(1, 2)), {
      out,
    });
    assert.equal(product, out);
    assert.deepEqual([...out.data], [3, 6]);
  });

  test(`${name}: a matrix of many rows is multiplied block by block to the same product`, async () => {
    const engine = await createEngine({ name });
    const [a, b] = [normals(5003, 3), normals(3, 2)];
    const { data } = await engine.product(a, b);
    plainProduct(a, b, false, false).forEach((expected, at) => assert.ok(Math.abs(data[at]! - expected) < 1e-5));
  });

  test(`${name}: refuses matrices that do not fit together, naming both sizes`, async () => {
    const engine = await createEngine({ name });
    const wrong = { name: 'RangeError', message: /inner dimensions: 3 and 4/ };
    await assert.rejects(engine.product(matrix(2, 3), matrix(4, 5)), wrong);
    const options = { bias: new Float32Array(4) };
    await assert.rejects(engine.product(matrix(2, 3), matrix(3, 5), options), /bias length: 4; expected 5/);
    await assert.rejects(engine.product(matrix(2, 3), matrix(3, 5), { out: matrix(5, 2) }), /output size: 5 x 2/);
  });
}

test('an unknown engine is refused with the names of those there are', async () => {
  await assert.rejects(createEngine({ name: 'blas' }), (error: unknown) => {
    assert.ok(error instanceof InputError);
    assert.match(error.message, /"blas"; expected onnxruntime or wasm/);
    return true;
  });
});

test('the environment variable ENGINE chooses the engine, and an option overrules it', async () => {
  const before = process.env.ENGINE;
  try {
    process.env.ENGINE = 'wasm';
    assert.match((await createEngine()).name, /^wasm/);
    assert.match((await createEngine({ name: 'onnxruntime' })).name, /^onnxruntime \d/);
    process.env.ENGINE = 'abacus';
    await assert.rejects(createEngine(), InputError);
  } finally {
    if (before === undefined) delete process.env.ENGINE;
    else process.env.ENGINE = before;
  }
});

test('where onnxruntime cannot be loaded, WebAssembly multiplies, which is said once; asked for by name, it fails', () => {
  const library = JSON.stringify(path.join(__dirname, '../../lib/engine'));
  const script = `
    process.dlopen = () => { throw new Error('no native libraries here'); };
    const { createEngine } = require(${library});
    (async () => {
      console.log((await createEngine()).name, '|', (await createEngine()).name);
      await createEngine({ name: 'onnxruntime' }).catch((error) => console.log(error.message));
    })();`;
  const environment = { ...process.env, ENGINE: '' };
  const words = ['--require', 'tsx/cjs', '--eval', script];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', env: environment, cwd: __dirname });
  assert.equal(stdout, 'wasm SIMD, 1 thread | wasm SIMD, 1 thread\nno native libraries here\n');
  assert.equal(stderr.split('onnxruntime cannot be loaded (no native libraries here)').length, 2, stderr);
});

test('an engine whose products are wrong, if only transposed ones, is refused by name', async () => {
  const good = await createEngine({ name: 'wasm' });
  const stale: Engine = {
    name: 'stale engine',
    product: async (a, b, options = {}) => {
      const product = await good.product(a, b, options);
      if (options.transposeB) product.data[0]! += 0.01;
      return product;
    },
  };
  await assert.rejects(selfCheck(stale), /"stale engine" failed its self-check/);
  const notANumber: Engine = {
    name: 'nan',
    product: async (a, b, o = {}) => matrix(...sizes(a, b, o.transposeA, o.transposeB)),
  };
  await assert.rejects(selfCheck(notANumber), /self-check/);
  assert.equal(await selfCheck(good), good);
});

function sizes(a: Matrix, b: Matrix, tA = false, tB = false): [number, number, Float32Array] {
  const [m, n] = [tA ? a.columns : a.rows, tB ? b.rows : b.columns];
  return [m, n, new Float32Array(m * n).fill(NaN)];
}
