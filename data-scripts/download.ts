import path from 'node:path';
import { parseArgs } from 'node:util';
import { main, UsageError } from './cli/command';
import { quoted } from '../lib/command-line';
import { progressLine } from '../notebooks/kit/progress-line';
import { dataRoot } from '../inputs/datasets/data-root';
import { repositoryRoot } from '../lib/root';
import { catalogue } from './download/catalogue';
import type { OnBytes } from './download/checksum';
import { install } from './download/install';

const usage = `npm run download -- NAME [--url URL] [--from FILE] [--md5 SUM]
       NAME: ${Object.keys(catalogue).join(', ')}
       --url URL    a mirror: of the file, or of the folder of several
       --from FILE  a file that is here already, or the folder of several
       --md5 SUM    of a mirror's or a file of your own, where it is not the publisher's; of several files in their order,
                    with commas between
       e.g. npm run download -- cub200`;

/** Fetches, verifies and unpacks a data set, a model or published answers; run again, it goes on where it stopped. */
async function download(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { url: { type: 'string' }, from: { type: 'string' }, md5: { type: 'string' } },
  });
  const name = positionals[0];
  if (positionals.length !== 1 || name === undefined)
    throw new UsageError(`Expected one name, got ${positionals.length}`);
  const wanted = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  if (!wanted) throw new UsageError(`Unknown download: "${name}"`);
  const { url, from, md5 } = values;
  if (url !== undefined && from !== undefined) throw new UsageError('Expected --url or --from, not both');
  const root = dataRoot();
  const { folder, already, digests } = await install(name, wanted, {
    root,
    onStep: progress,
    warn: (message) => console.error(message),
    ...(url !== undefined && { url }),
    ...(from !== undefined && { from: path.resolve(from) }),
    ...(md5 !== undefined && { md5 }),
  });
  if (already) console.log(`${wanted.title} is there already: ${folder} (remove it to fetch it again)`);
  else console.log(`${wanted.title}: ${folder}`);
  if (wanted.note) console.log(wanted.note.replaceAll('FOLDER', quoted(folder)));
  wanted.files.forEach(({ name: file, md5: known, sha256 }, i) => {
    const digest = digests.get(file);
    if (digest && !known && !sha256 && md5?.split(',')[i] === undefined)
      console.log(`${file} has no known checksum; its sha256 is ${digest.sha256} (${digest.bytes} bytes)`);
  });
  if (root !== path.join(repositoryRoot, 'data'))
    console.log(`The other commands find it with --root ${quoted(root)}, or DATA_ROOT=${quoted(root)}`);
}

/** A progress line in megabytes; the time left is by the speed of this run, without what an earlier one had fetched. */
function progress(step: string): OnBytes {
  const started = performance.now();
  let line: ReturnType<typeof progressLine> | undefined;
  let first = 0;
  return (done, total = done) => {
    line ??= ((first = done), progressLine(megabytes(total), `${step}, MB`));
    const speed = (done - first) / (performance.now() - started);
    line.update(megabytes(done), undefined, speed > 0 ? (total - done) / speed / 1000 : undefined);
    if (done === total && total > 0) line.finish();
  };
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);

main(usage, download);
