import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { Arena, kernelsFile } from '../../lib/engine/kernels';
import { scratchFolder } from '../scratch';

const root = path.join(__dirname, '../..');

const compiler = path.join(root, 'node_modules/assemblyscript/bin/asc.js');
const absent = existsSync(compiler) ? false : 'assemblyscript is not installed; "npm run kernels" fetches it';

test('the committed kernels are what their sources compile to, byte for byte', { skip: absent }, () => {
  const folder = scratchFolder('kernels');
  try {
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      scripts: { kernels: string };
    };
    const fresh = path.join(folder, 'kernels.wasm');
    const command = scripts.kernels.replace(path.relative(root, kernelsFile).split(path.sep).join('/'), fresh);
    assert.ok(command.includes(fresh), `npm run kernels writes the committed file: ${command}`);
    const [, words] = command.split(' -- asc ');
    execFileSync(process.execPath, [compiler, ...words!.split(' ')], { cwd: root });
    assert.ok(readFileSync(fresh).equals(readFileSync(kernelsFile)), 'run `npm run kernels` and commit its output');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Places copies of the arrays in a fresh arena. */
function place(...arrays: (number[] | Float32Array)[]): { arena: Arena; at: Float32Array[] } {
  const arena = new Arena();
  arena.clear(...arrays.map((array) => array.length));
  const at = arrays.map((array) => {
    const view = arena.floats(array.length);
    view.set(array);
    return view;
  });
  return { arena, at };
}

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-6): void => {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++)
    assert.ok(
      Math.abs(actual[i]! - expected[i]!) <= tolerance * (1 + Math.abs(expected[i]!)),
      `${actual[i]} at ${i}, expected ${expected[i]}`,
    );
};

const floats = (length: number, bound = 3): fc.Arbitrary<number[]> =>
  fc.array(fc.double({ min: -bound, max: bound, noNaN: true }).map(Math.fround), {
    minLength: length,
    maxLength: length,
  });
const grid = fc.tuple(fc.integer({ min: 1, max: 11 }), fc.integer({ min: 1, max: 11 }));

/** Rows of logits in every second place, each with what it asks: a label and an answer, with weights that may be 0. */
const losses = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 19 })).chain(([rows, columns]) =>
  fc.record({
    columns: fc.constant(columns),
    z: floats(2 * rows * columns, 60),
    likelihood: fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }).map(Math.fround), {
      minLength: columns,
      maxLength: columns,
    }),
    rows: fc.array(
      fc.record({
        label: fc.integer({ min: -1, max: columns - 1 }),
        weight: fc.constantFrom(0, 0.5, 1.25),
        answerWeight: fc.constantFrom(0, 0.25, 2),
      }),
      { minLength: rows, maxLength: rows },
    ),
  }),
);

test('softmax and cross-entropy take rows of any length and distance, and leave all else alone', () => {
  fc.assert(
    fc.property(losses, ({ columns, z, likelihood, rows }) => {
      const n = rows.length;
      const { arena, at } = place(z, z, likelihood, ...Array.from({ length: 4 }, () => new Array<number>(n).fill(0)));
      const [p, gradient, y, labels, weights, likelihoods, answerWeights] = at as [Float32Array, ...Float32Array[]];
      const places = [labels!, weights!, likelihoods!, answerWeights!].map(({ byteOffset }) => byteOffset);
      new Int32Array(p.buffer, places[0], n).set(rows.map(({ label }) => label));
      new Int32Array(p.buffer, places[2], n).fill(y!.byteOffset);
      weights!.set(rows.map(({ weight }) => weight));
      answerWeights!.set(rows.map(({ answerWeight }) => answerWeight));
      arena.kernels.softmax(p.byteOffset, 2 * columns, n, columns);
      const [labelsAt, weightsAt, yAt, answersAt] = places as [number, number, number, number];
      const loss = arena.kernels.crossEntropy(
        ...([gradient!.byteOffset, 2 * columns, n, columns, labelsAt, weightsAt, yAt, answersAt] as const),
      );
      let expected = 0;
      rows.forEach(({ label, weight, answerWeight }, i) => {
        const from = 2 * i * columns;
        const row = z.slice(from, from + columns);
        const e = row.map((value) => Math.exp(value - Math.max(...row)));
        const sum = e.reduce((a, b) => a + b, 0);
        close(
          p.subarray(from, from + columns),
          e.map((value) => value / sum),
        );
        const rest = z.slice(from + columns, from + 2 * columns);
        close(p.subarray(from + columns, from + 2 * columns), rest, 0);
        close(gradient!.subarray(from + columns, from + 2 * columns), rest, 0);
        if (label < 0) return close(gradient!.subarray(from, from + columns), row, 0);
        const answer = e.reduce((total, value, j) => total + value * likelihood[j]!, 0);
        expected += weight * (Math.max(...row) - row[label]! + Math.log(sum)) + answerWeight * Math.log(sum / answer);
        const slope = e.map(
          (value, j) =>
            weight * (value / sum - Number(j === label)) +
            answerWeight * (value / sum - (value * likelihood[j]!) / answer),
        );
        close(gradient!.subarray(from, from + columns), slope, 2e-6);
      });
      close([loss], [expected], 2e-6);
    }),
  );
});

test('probabilities of logits far apart are 0 and 1, never NaN', () => {
  const { arena, at } = place([-1e30, 500, -Infinity, 380, -3e38]);
  const [x] = at as [Float32Array];
  arena.kernels.softmax(x.byteOffset, 5, 1, 5);
  assert.deepEqual([...x], [0, 1, 0, 0, 0]);
});

test('the gradient of what is sure and right is exactly 0, so that no weight drifts, by a label, by an answer and by both', () => {
  for (const columns of [2, 5, 11])
    for (const [weight, answerWeight] of [
      [1.3, 0],
      [0, 0.7],
      [1.3, 0.7],
    ] as const)
      for (const likely of [0.1, 1 / 3, 0.9]) {
        const z = Array.from({ length: columns }, (_, j) => (j === columns - 1 ? 200 : -j));
        const { arena, at } = place(z, new Array<number>(columns).fill(likely), [0], [weight], [0], [answerWeight]);
        const [gradient, y, labels, weights, likelihoods, answerWeights] = at.map(({ byteOffset }) => byteOffset);
        new Int32Array(at[2]!.buffer, labels, 1)[0] = columns - 1;
        new Int32Array(at[4]!.buffer, likelihoods, 1)[0] = y!;
        const of = [gradient!, columns, 1, columns, labels!, weights!, likelihoods!, answerWeights!] as const;
        arena.kernels.crossEntropy(...of);
        assert.ok(
          at[0]!.every((slope) => Math.abs(slope) === 0),
          `${columns} columns, weights ${weight} and ${answerWeight}, likelihood ${likely}: ${at[0]!.join()}`,
        );
      }
});

test('windows are copied from where they begin, and added to those of another array', () => {
  const { arena, at } = place(
    [1, 2, 3, 4, 5, 6, 7, 8],
    [10, 20, 30, 40, 50, 60, 70],
    [0, 0],
    [0, 0],
    new Array<number>(10).fill(0),
  );
  const [a, b, aSpace, bSpace, out] = at as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
  const [aAt, bAt] = [aSpace.byteOffset, bSpace.byteOffset];
  new Int32Array(out.buffer, aAt, 2).set([3, 0]);
  new Int32Array(out.buffer, bAt, 2).set([0, 2]);
  arena.kernels.windows(a.byteOffset, aAt, b.byteOffset, bAt, 2, 5, out.byteOffset);
  assert.deepEqual([...out], [14, 25, 36, 47, 58, 31, 42, 53, 64, 75]);
  arena.kernels.windows(a.byteOffset, aAt, 0, 0, 2, 5, out.byteOffset);
  assert.deepEqual([...out], [4, 5, 6, 7, 8, 1, 2, 3, 4, 5]);
});

test('the ReLU layer adds its bias, cuts at 0 and applies the dropout mask', () => {
  const layer = grid.chain(([n, h]) => fc.tuple(fc.constant(h), floats(n * h), floats(h), floats(n * h, 2)));
  fc.assert(
    fc.property(layer, ([h, x, bias, mask]) => {
      const { arena, at } = place(x, x, bias, mask);
      const [masked, plain, b, m] = at as [Float32Array, Float32Array, Float32Array, Float32Array];
      arena.kernels.addRectify(masked.byteOffset, b.byteOffset, m.byteOffset, x.length / h, h);
      arena.kernels.addRectify(plain.byteOffset, b.byteOffset, 0, x.length / h, h);
      const expected = x.map((value, i) => Math.max(value + bias[i % h]!, 0));
      close(plain, expected);
      close(
        masked,
        expected.map((value, i) => value * mask[i]!),
      );
    }),
  );
});

test('what flows back through the ReLU layer is gated, masked, transposed and summed', () => {
  const layer = grid.chain(([n, h]) => fc.tuple(fc.constant([n, h]), floats(n * h), floats(n * h), floats(n * h, 2)));
  fc.assert(
    fc.property(layer, fc.boolean(), ([[n, h], d, hidden, mask], dropout) => {
      const [rows, columns] = [n, h];
      const { arena, at } = place(d, hidden, mask, d, new Array<number>(columns).fill(9));
      const [dAt, hAt, mAt, out, sums] = at.map((view) => view.byteOffset) as [number, number, number, number, number];
      arena.kernels.maskTranspose(dAt, hAt, dropout ? mAt : 0, rows, columns, out, sums);
      const gated = d.map((value, i) => (hidden[i]! > 0 ? value * (dropout ? mask[i]! : 1) : 0));
      const transposed = gated.map((_, k) => gated[(k % rows) * columns + Math.floor(k / rows)]!);
      close(at[3]!, transposed);
      const total = (j: number): number => transposed.slice(j * rows, (j + 1) * rows).reduce((a, b) => a + b, 0);
      close(
        at[4]!,
        Array.from({ length: columns }, (_, j) => total(j)),
        1e-5,
      );
      const { arena: other, at: again } = place(gated, new Array<number>(columns).fill(9));
      other.kernels.columnSums(again[0]!.byteOffset, rows, columns, again[1]!.byteOffset);
      close(again[1]!, at[4]!, 1e-5);
    }),
  );
});

test('Adam takes the steps of Kingma and Ba', () => {
  const n = 7;
  const gradients = [1, 2, 3].map((s) => Array.from({ length: n }, (_, i) => Math.fround(Math.sin(i * s + s))));
  const { arena, at } = place(
    new Array<number>(n).fill(1),
    gradients[0]!,
    new Array<number>(n).fill(0),
    new Array<number>(n).fill(0),
  );
  const [w, g, m, v] = at as [Float32Array, Float32Array, Float32Array, Float32Array];
  const expected = Array.from({ length: n }, () => ({ w: 1, m: 0, v: 0 }));
  gradients.forEach((gradient, k) => {
    const t = k + 1;
    g.set(gradient);
    const [rate, correction] = [0.1 / (1 - 0.9 ** t), 1 / Math.sqrt(1 - 0.999 ** t)];
    arena.kernels.adam(w.byteOffset, g.byteOffset, m.byteOffset, v.byteOffset, n, rate, correction);
    expected.forEach((state, i) => {
      state.m = 0.9 * state.m + 0.1 * gradient[i]!;
      state.v = 0.999 * state.v + 0.001 * gradient[i]! ** 2;
      state.w -= (0.1 * state.m) / (1 - 0.9 ** t) / (Math.sqrt(state.v / (1 - 0.999 ** t)) + 1e-8);
    });
  });
  close(
    w,
    expected.map((state) => state.w),
    1e-5,
  );
});

test('an arena that is cleared for more room keeps what was placed first', () => {
  const { arena, at } = place([1, 2, 3]);
  assert.equal(at[0]!.length, 3);
  arena.clear(3, 100_000);
  assert.deepEqual([...arena.floats(3)], [1, 2, 3]);
  const more = arena.floats(100_000);
  assert.equal(more.byteOffset % 64, 0);
  more.fill(1);
  assert.throws(() => arena.clear(2 ** 31), /at most 4294967296/);
});
