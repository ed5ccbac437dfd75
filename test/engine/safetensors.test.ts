import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { InputError } from '../../lib/errors';
import { encodeSafetensors, readSafetensors } from '../../lib/engine/safetensors';
import { scratchFolder } from '../scratch';

const folder = scratchFolder('safetensors');
const file = path.join(folder, 'model.safetensors');

const bytesOf = (header: string | object, data: Uint8Array = new Uint8Array(0)): Buffer => {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
};
const tensor = (dtype: unknown, shape: unknown, offsets: unknown): object => ({ dtype, shape, data_offsets: offsets });

test('what is written is read back, names and metadata included', async () => {
  const entries = fc.dictionary(fc.string(), fc.float32Array({ noNaN: true, maxLength: 9 }));
  await fc.assert(
    fc.asyncProperty(entries, async (arrays) => {
      const given = Object.entries(arrays).filter(([name]) => name !== '__metadata__');
      const tensors = new Map(given.map(([name, data]) => [name, { shape: [data.length], data }]));
      writeFileSync(file, Buffer.concat(encodeSafetensors(tensors, { step: '3' })));
      const read = await readSafetensors(file);
      assert.deepEqual(read.metadata, { step: '3' });
      assert.deepEqual([...read.tensors].sort(), [...tensors].sort());
    }),
    { numRuns: 30, examples: [[Object.fromEntries([['__proto__', Float32Array.of(1)]])]] },
  );
});

test('half-precision numbers are widened exactly', async () => {
  const halves = [0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x3555]; // F16: 1, -2, the smallest, the largest, infinity, ~1/3
  const bfloats = [0x3f80, 0xc000, 0x4049]; // BF16: 1, -2, ~pi
  const data = Buffer.from(Uint16Array.from([...halves, ...bfloats]).buffer);
  writeFileSync(file, bytesOf({ a: tensor('F16', [2, 3], [0, 12]), b: tensor('BF16', [3], [12, 18]) }, data));
  const { tensors } = await readSafetensors(file);
  assert.deepEqual([...tensors.get('a')!.data], [1, -2, 2 ** -24, 65504, Infinity, 0.333251953125]);
  assert.deepEqual([...tensors.get('b')!.data], [1, -2, 3.140625]);
});

test('tensors of other types are named, not read', async () => {
  const header = { a: tensor('I64', [1], [0, 8]), b: tensor('F32', [1], [8, 12]), c: tensor('F64', [1], [12, 20]) };
  writeFileSync(file, bytesOf(header, Buffer.alloc(20)));
  const { tensors, others } = await readSafetensors(file);
  assert.deepEqual([[...tensors.keys()], [...others]], [['b'], Object.entries({ a: 'I64', c: 'F64' })]);
});

test('hostile and damaged files are refused, and the message names file and fault', async () => {
  const eight = new Uint8Array(8);
  const huge = Buffer.alloc(16, 255);
  const cases: [Uint8Array, RegExp][] = [
    [Buffer.from('abc'), /has 3 bytes; expected a .safetensors file/],
    [huge, /a header of \d+ bytes in a file of 16/],
    [bytesOf('{"a":'), /its header is no JSON/],
    [bytesOf('[1]'), /its header is no JSON object/],
    [bytesOf({ __metadata__: { a: 1 } }), /__metadata__ holds other things/],
    [bytesOf({ a: 3 }), /tensor "a" is described by no JSON object/],
    [bytesOf({ a: tensor('I4', [1], [0, 8]) }, eight), /tensor "a" holds "I4"; expected one of F32, F16, BF16/],
    [bytesOf({ a: tensor('toString', [1], [0, 8]) }, eight), /holds "toString"/],
    [bytesOf({ a: tensor('F32', [-2], [0, 8]) }, eight), /has the shape \[-2\]/],
    [bytesOf({ a: tensor('F32', [1.5], [0, 8]) }, eight), /has the shape \[1.5\]/],
    [bytesOf({ a: tensor('F32', [4e9, 4e9], [0, 8]) }, eight), /has 8 bytes; its shape .* needs 6/],
    [bytesOf({ a: tensor('F32', [2], [8, 0]) }, eight), /has the offsets \[8,0\]; expected two within 8 bytes/],
    [bytesOf({ a: tensor('F32', [4], [0, 16]) }, eight), /has the offsets \[0,16\]/],
    [
      bytesOf({ a: tensor('F32', [1], [0, 4]), b: tensor('F32', [2], [0, 8]) }, eight),
      /"b" starts at byte 0, expected 4/,
    ],
    [bytesOf({ a: tensor('F32', [1], [4, 8]) }, eight), /"a" starts at byte 4, expected 0/],
    [bytesOf({ a: tensor('F32', [1], [0, 4]) }, eight), /the tensors end at byte 4 of 8/],
  ];
  for (const [bytes, message] of cases) {
    writeFileSync(file, bytes);
    await assert.rejects(readSafetensors(file), (error: Error) => {
      assert.ok(error instanceof InputError);
      assert.match(error.message, message);
      assert.ok(error.message.includes(file));
      return true;
    });
  }
});
