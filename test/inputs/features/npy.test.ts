import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { InputError } from '../../../lib/errors';
import { decodeNpy, encodeNpy, readNpy, writeNpy } from '../../../inputs/features/npy';
import { scratchFolder } from '../../scratch';

const folder = scratchFolder('npy');
const numpy = spawnSync('/usr/bin/python3', ['-c', 'import numpy']).status === 0;
const python = (code: string, ...files: string[]): string => {
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', code, ...files], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
};

test('an array written to .npy reads back with its shape, type and every bit', async () => {
  const cases = [
    { shape: [2, 3], data: Float32Array.of(1.5, -0, 1e-42, 3.4e38, NaN, -Infinity) },
    { shape: [4], data: Int32Array.of(0, -1, 2147483647, -2147483648) },
    { shape: [0, 5], data: new Float32Array(0) },
    { shape: [1, 2, 1, 2], data: Int32Array.of(1, 2, 3, 4) },
  ];
  for (const array of cases) {
    const file = path.join(folder, 'round-trip.npy');
    writeNpy(file, array);
    assert.deepEqual(await readNpy(file), array);
  }
});

test('the header ends on a multiple of 64 bytes, as the format asks for', () => {
  const bytes = encodeNpy({ shape: [1], data: Float32Array.of(7) });
  assert.equal((bytes.length - 4) % 64, 0);
  assert.equal(bytes[bytes.length - 5], 0x0a);
});

test('writing leaves no other file behind', async () => {
  const alone = mkdtempSync(path.join(folder, 'alone-'));
  writeNpy(path.join(alone, 'a.npy'), { shape: [1], data: Float32Array.of(1) });
  assert.deepEqual(readdirSync(alone), ['a.npy']);
});

test('numpy reads what we write', { skip: !numpy && 'no Python with numpy on this machine' }, async () => {
  const file = path.join(folder, 'ours.npy');
  writeNpy(file, { shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5.5) });
  const code = 'import numpy, sys; a = numpy.load(sys.argv[1]); print(a.dtype, a.shape, a[1].tolist())';
  assert.equal(python(code, file), 'float32 (2, 3) [3.0, 4.0, 5.5]\n');
});

test('we read what numpy writes', { skip: !numpy && 'no Python with numpy on this machine' }, async () => {
  const file = path.join(folder, 'theirs.npy');
  python('import numpy, sys; numpy.save(sys.argv[1], numpy.arange(6, dtype="int32").reshape(3, 2))', file);
  assert.deepEqual(await readNpy(file), { shape: [3, 2], data: Int32Array.of(0, 1, 2, 3, 4, 5) });
  python('import numpy, sys; numpy.save(sys.argv[1], numpy.zeros((2, 2)))', file);
  await assert.rejects(readNpy(file), /holds <f8; expected <f4 or <i4/);
  python('import numpy, sys; numpy.save(sys.argv[1], numpy.zeros((2, 2), "float32", "F"))', file);
  await assert.rejects(readNpy(file), /Fortran order; expected C order/);
});

test('a truncated file is refused with its size, the expected size and the shape', async () => {
  const file = path.join(folder, 'truncated.npy');
  writeNpy(file, { shape: [10, 10], data: new Float32Array(100) });
  truncateSync(file, 300);
  await assert.rejects(readNpy(file), (error: Error) => {
    assert.ok(error instanceof InputError);
    assert.match(error.message, /truncated\.npy has 300 bytes; expected 528 for shape \(10, 10\): it is damaged/);
    return true;
  });
  truncateSync(file, 5);
  await assert.rejects(readNpy(file), /is no \.npy file/);
});

test('a file that is no .npy is refused', () => {
  writeFileSync(path.join(folder, 'text'), 'hello, hello, hello');
  assert.throws(() => decodeNpy(readFileSync(path.join(folder, 'text')), 'text'), /text is no \.npy file/);
});

test('a shape that does not fit the numbers is refused', () => {
  assert.throws(() => encodeNpy({ shape: [2, 2], data: new Float32Array(3) }), /\(2, 2\); expected 3 numbers/);
});
