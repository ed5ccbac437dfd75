import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { entryPath } from '../../../data-scripts/download/entry-path';
import { extractArchive, extractLimits, type ExtractLimits } from '../../../data-scripts/download/extract';
import { InputError } from '../../../lib/errors';
import { tarOf, type TarEntry } from './archive';
import { scratchFolder } from '../../scratch';

const archive = { keep: /^set\/(list\.txt|images\/.+)$/, needs: ['set/list.txt'] };
const list = { name: 'set/list.txt', bytes: Buffer.from('1 a\n') };
const image = (name: string) => ({ name: `set/images/${name}`, bytes: Buffer.from(name) });

/** A folder with the archive and an empty folder `in/to` for its files. */
function place(packed: Buffer): { base: string; file: string; target: string } {
  const base = scratchFolder('extract');
  const [file, target] = [path.join(base, 'set.tar.gz'), path.join(base, 'in', 'to')];
  mkdirSync(target, { recursive: true });
  writeFileSync(file, packed);
  return { base, file, target };
}

const everything = (folder: string): string[] => readdirSync(folder, { recursive: true }).map(String).sort();

async function refuses(packed: Buffer, message: RegExp, limits: Partial<ExtractLimits> = {}): Promise<void> {
  const { base, file, target } = place(packed);
  await assert.rejects(extractArchive(file, target, archive, { ...extractLimits, ...limits }), (error: Error) => {
    assert.ok(error instanceof InputError, error.stack);
    assert.match(error.message, message);
    assert.ok(error.message.startsWith(file));
    return true;
  });
  const outside = everything(base).filter((name) => !name.startsWith(`in${path.sep}to`));
  assert.deepEqual(outside, ['in', 'set.tar.gz'], 'nothing outside the folder');
}

test('the wanted entries are written, the others passed over', async () => {
  const long = `${'long-folder/'.repeat(20)}name with blanks & ünïcode.jpg`;
  const entries = [
    { name: './set/', type: 'directory' as const },
    { ...list, name: './set/list.txt' },
    { name: 'attributes.txt', bytes: Buffer.alloc(9000) },
    image('1.jpg'),
    image(long),
    { name: 'set/notes/x.txt', bytes: Buffer.from('x') },
  ];
  const { target, file } = place(gzipSync(await tarOf(entries)));
  const seen: number[] = [];
  const written = await extractArchive(file, target, archive, extractLimits, (done) => seen.push(done));
  assert.deepEqual(written, ['set/list.txt', 'set/images/1.jpg', `set/images/${long}`]);
  assert.equal(readFileSync(path.join(target, 'set/images', long), 'utf8'), long);
  assert.ok(!everything(target).some((name) => /attributes|notes/.test(name)));
  assert.ok(seen.length > 0);
});

const hostile: [string, TarEntry, RegExp][] = [
  [
    'climbs out',
    { name: '../../evil.txt', bytes: Buffer.from('x') },
    /leads out of its folder: "\.\.\/\.\.\/evil\.txt"/,
  ],
  ['climbs out half-way', { name: 'set/images/../../../evil.txt' }, /leads out of its folder/],
  ['is absolute', { name: '/tmp/evil.txt', bytes: Buffer.from('x') }, /absolute path: "\/tmp\/evil\.txt"/],
  ['has a drive', { name: 'C:/evil.txt' }, /unsafe name: "C:\/evil\.txt"/],
  ['climbs by backslashes', { name: 'set\\..\\..\\evil.txt' }, /unsafe name/],
  ['has a line feed in its name', { name: 'set/images/a\nb.jpg' }, /unsafe name/],
  ['is a symbolic link', { name: 'set/images/a', type: 'symlink', linkname: '/etc' }, /"set\/images\/a" is a symlink/],
  ['is a hard link', { name: 'set/images/a', type: 'link', linkname: '/etc/passwd' }, /"set\/images\/a" is a link/],
  ['is a link where nobody looks', { name: 'other', type: 'symlink', linkname: '/' }, /"other" is a symlink/],
  [
    'is a device',
    { name: 'set/images/a', type: 'character-device', devmajor: 1, devminor: 3 },
    /is a character-device/,
  ],
  ['is a pipe', { name: 'set/images/a', type: 'fifo' }, /is a fifo/],
];
for (const [what, entry, message] of hostile)
  test(`an archive with an entry that ${what} is refused, and nothing is written outside`, async () => {
    await refuses(gzipSync(await tarOf([list, image('1.jpg'), entry])), message);
  });

test('no name leads an entry out of its folder', () => {
  const part = fc.constantFrom('..', '.', '', 'a', '/', '\\', 'C:', '\0', '...', 'b c', '..a');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), fc.constantFrom('/', ''), (parts, between) => {
      let found: string;
      try {
        found = entryPath(parts.join(between));
      } catch (error) {
        assert.ok(error instanceof InputError);
        return;
      }
      for (const system of [path.posix, path.win32]) {
        const full = system.resolve('/root/x', found);
        assert.ok(full.startsWith(system.resolve('/root/x')), `${found} -> ${full}`);
      }
    }),
  );
});

test('an entry that comes twice is refused, also where only some disks take it for the same', async () => {
  for (const again of [image('a.jpg'), image('A.JPG')])
    await refuses(gzipSync(await tarOf([list, image('a.jpg'), again])), /has the entry ".*" twice/i);
});

test('a file where another entry needs a folder is refused', async () => {
  const { file, target } = place(gzipSync(await tarOf([list, image('a'), image('a/b')])));
  await assert.rejects(extractArchive(file, target, archive), /EEXIST|ENOTDIR/);
});

test('ten gigabytes of zeros in ten megabytes are refused after the first few', async () => {
  // Members of a gzip file may follow one another: 640 times 16 MiB of zeros, after the head of one huge entry.
  const head = (await tarOf([list, { name: 'set/images/zeros.jpg', bytes: Buffer.alloc(512) }])).subarray(0, 1536);
  head.write('200000000000\0', 1024 + 124, 'latin1'); // 16 GiB in octal
  head.write('        ', 1024 + 148, 'latin1');
  const sum = head.subarray(1024, 1536).reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 1024 + 148, 'latin1');
  const zeros = gzipSync(Buffer.alloc(2 ** 24), { level: 9 });
  const bomb = Buffer.concat([gzipSync(head), ...Array.from({ length: 640 }, () => zeros)]);
  assert.ok(bomb.length < 12e6, `${bomb.length} bytes`);
  const started = process.cpuUsage().user;
  await refuses(bomb, /unpacks to more than 100 times its size: a bomb/);
  assert.ok(process.cpuUsage(undefined).user - started < 5e6, 'microseconds of processor time');
});

test('an archive beyond the limits on bytes and entries is refused', async () => {
  const many = gzipSync(await tarOf([list, ...Array.from({ length: 20 }, (_, i) => image(`${i}.jpg`))]));
  await refuses(many, /more than 20 entries/, { entries: 20 });
  await refuses(many, /unpacks to more than 5000 bytes/, { bytes: 5000 });
});

test('what is cut short, damaged or no archive is refused', async () => {
  const tar = await tarOf([list, ...Array.from({ length: 20 }, (_, i) => image(`${i}.jpg`))]);
  const whole = gzipSync(tar);
  for (const cut of [0, 1, 5, 20, whole.length >> 1, whole.length - 1])
    await refuses(whole.subarray(0, cut), /is damaged, cut short, or no \.tar\.gz archive/);
  await refuses(Buffer.from('<html>Not found</html>'), /no \.tar\.gz archive/);
  await refuses(gzipSync('no tar at all'.repeat(1000)), /no \.tar\.gz archive/);
  await refuses(gzipSync(tar.subarray(0, 700)), /cut short/);
  const changed = Buffer.from(whole);
  changed[whole.length >> 1]! ^= 0xff;
  await refuses(changed, /is damaged/);
  await refuses(gzipSync(await tarOf([image('1.jpg')])), /has no set\/list\.txt; expected the original archive/);
});
