import { referenceOf, type Dataset } from './data/dataset';

/** A word as a shell takes it. */
export const quoted = (word: string): string =>
  /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A command of package.json as it can be pasted, with the folder of data sets where that is not the usual one. */
export function npmRun(command: string, ...words: string[]): string {
  const { DATA_ROOT: root } = process.env;
  return ['npm run', command, '--', ...[...words, ...(root ? ['--root', root] : [])].map(quoted)].join(' ');
}

/** The command that buys answers about a data set into `file`; of `asked`, by default of an annotator to be named. */
export const annotateCommand = (
  data: Dataset,
  granularity: 'coarse' | 'fine',
  file = 'answers.jsonl',
  asked: readonly string[] = ['NAME'],
): string =>
  npmRun(
    'annotate',
    ...['--dataset', referenceOf(data), '--granularity', granularity, '--out', file, '--annotator', ...asked],
  );
