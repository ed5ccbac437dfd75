import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { InputError } from '../../lib/errors';
import type { RoundRecord } from '../../lib/rounds/record';
import { repositoryRoot } from '../../lib/root';

/**
 * The rounds of a study that took too long for a notebook, from the committed files notebooks/records/*.jsonl.gz (one record a
 * line); undefined where there are none.
 * @throws InputError naming the file and line that is no record.
 */
export function recordedStudy(
  folder: string = path.join(repositoryRoot, 'notebooks', 'records'),
): RoundRecord[] | undefined {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.jsonl.gz')) : [];
  if (!files.length) return undefined;
  return files.sort().flatMap((file) => readRecords(path.join(folder, file)));
}

function readRecords(file: string): RoundRecord[] {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
  return lines.flatMap((line, i): RoundRecord[] => {
    if (!line.trim()) return [];
    try {
      const record = JSON.parse(line) as RoundRecord;
      if (typeof record.strategy === 'string' && typeof record.fineAccuracy === 'number') return [record];
    } catch {
      // told below
    }
    throw new InputError(`${path.basename(file)}, line ${i + 1} is no record of a round; record the study again`);
  });
}
