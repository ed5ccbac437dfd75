import type { Progress } from './execute';
import { oneLine } from './nbformat';

/** Prints an execution cell by cell: its first line of code, what it shows while it runs (on terminals), and its time. */
export function printProgress(stream: NodeJS.WriteStream = process.stdout): (progress: Progress) => void {
  const width = (stream.columns ?? 100) - 1;
  const live = stream.isTTY
    ? (line: string): unknown => stream.write(`\r\x1b[K${line.slice(0, width)}`)
    : () => undefined;
  return (progress) => {
    const { cell, cells, source, type } = progress;
    const title = `[${String(cell).padStart(String(cells).length)}/${cells}] ${oneLine(source)}`;
    if (type === 'start') live(title);
    else if (type === 'output') {
      const shown = progress.output && 'data' in progress.output ? progress.output.data['text/plain'] : undefined;
      if (typeof shown === 'string') live(`${title.slice(0, 40)}  ${oneLine(shown)}`);
    } else {
      live('');
      stream.write(`${title.slice(0, 88).padEnd(88)} ${progress.seconds.toFixed(1).padStart(6)} s\n`);
    }
  };
}
