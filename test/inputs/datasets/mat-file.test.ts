import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { matArrays } from '../../../inputs/datasets/mat-file';
import { InputError } from '../../../lib/errors';
import { element, matFile, matFileOf, row } from './mat-files';

function refuses(bytes: Buffer, message: RegExp): void {
  assert.throws(
    () => matArrays(bytes, 'a.mat'),
    (error: Error) => {
      assert.ok(error instanceof InputError, error.stack);
      assert.match(error.message, message);
      return true;
    },
  );
}

test('numeric arrays are read in every type they are stored in, compressed or not; others are left out', () => {
  const bytes = (values: Int8Array | Int16Array | Int32Array | Uint32Array | Float32Array | Float64Array): Buffer =>
    Buffer.from(values.buffer);
  const stored: [type: number, bytes: Buffer][] = [
    [1, bytes(Int8Array.of(-1, 2))],
    [2, Buffer.of(255, 2)],
    [3, bytes(Int16Array.of(-300, 2))],
    [5, bytes(Int32Array.of(-70_000, 2))],
    [6, bytes(Uint32Array.of(4e9, 2))],
    [7, bytes(Float32Array.of(0.5, 2))],
    [9, bytes(Float64Array.of(0.1, 2))],
  ];
  const rows = stored.map(([type, data]) => row(`type ${type}`, 2, element(type, data), 6));
  const file = matFileOf(
    ...rows.slice(1),
    element(15, deflateSync(rows[0]!)),
    row('text', 2, element(4, Buffer.of(65)), 4),
  );
  const found = matArrays(file, 'a.mat');
  assert.deepEqual(
    stored.map(([type]) => [...found.get(`type ${type}`)!]),
    [
      [-1, 2],
      [255, 2],
      [-300, 2],
      [-70_000, 2],
      [4e9, 2],
      [0.5, 2],
      [0.1, 2],
    ],
  );
  assert.equal(found.size, stored.length);
  assert.deepEqual([...matArrays(matFile({ a: [1, 65_535, 3] }), 'a.mat').get('a')!], [1, 65_535, 3]);
});

test('another format, a file cut short and one that says more than it holds are refused', () => {
  const whole = matFile({ labels: [1, 2, 3] });
  refuses(Buffer.from('MATLAB 7.3'), /a\.mat is no MATLAB file of version 5/);
  for (let length = 129; length < whole.length; length++) refuses(whole.subarray(0, length), /damaged or cut short/);
  refuses(matFileOf(row('a', 3, element(2, Buffer.of(1, 2)))), /array "a" has 2 numbers, not 3/);
  refuses(matFileOf(row('a', 1, element(12, Buffer.alloc(8)))), /numbers of type 12, which are not read here/);
  refuses(matFileOf(row('a', 1, Buffer.alloc(0))), /array "a" has no numbers/);
  const bomb = element(15, deflateSync(Buffer.alloc(65 * 2 ** 20)));
  refuses(matFileOf(bomb), /damaged or cut short/);
});

test('no damaged byte leads to anything but numbers or a refusal', () => {
  const whole = matFileOf(row('labels', 3, element(4, Buffer.from(Uint16Array.of(1, 2, 3).buffer))));
  for (let at = 128; at < whole.length; at++) {
    const bytes = Buffer.from(whole);
    bytes[at]! ^= 0x84;
    try {
      matArrays(bytes, 'a.mat');
    } catch (error) {
      assert.ok(error instanceof InputError, `byte ${at}: ${(error as Error).stack}`);
    }
  }
});
