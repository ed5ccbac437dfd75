import type { Study } from '../study';
import { RoundLog } from './round-log';
import { roundKey, type StoredRecord } from './stored-record';
import { keepStudy } from './study-file';

/** Where a grid's records are kept. */
export interface Store {
  readonly all: readonly StoredRecord[];
  get(key: string): StoredRecord | undefined;
  add(record: StoredRecord): StoredRecord;
  finish(): void;
  close(): void;
}

/** The store in `folder`, which then holds this study and no other; without a folder, one in memory. */
export function openStore(folder: string | undefined, study: Study, warn: (message: string) => void): Store {
  if (folder === undefined) return inMemory();
  const log = RoundLog.open(folder, warn);
  try {
    keepStudy(folder, study);
    return log;
  } catch (error) {
    log.close();
    throw error;
  }
}

function inMemory(): Store {
  const records = new Map<string, StoredRecord>();
  return {
    get all() {
      return [...records.values()];
    },
    get: (key) => records.get(key),
    add(record) {
      records.set(roundKey(record), record);
      return record;
    },
    finish: () => {},
    close: () => {},
  };
}
