import { isCode, textOf } from '../nbformat';
import type { CodeCell, Notebook, Output } from '../nbformat';
import { isLasting } from './slim';

/**
 * Where two executions of a notebook say different things, a line each; empty if nowhere. Tables, headlines, printed text and what
 * figures say in words are compared, number by number.
 * @param tolerance how far numbers may differ, relative to the larger; 0: not at all.
 */
export function compareNotebooks(committed: Notebook, executed: Notebook, tolerance = 0): string[] {
  return overCells(committed, executed, (there, here) =>
    there.flatMap((text, i) => differences(text, here[i]!, tolerance)),
  );
}

/** Where two executions differ in what their cells put out, whatever the numbers: a line each. */
export function compareOutputs(committed: Notebook, executed: Notebook): string[] {
  return overCells(committed, executed, () => []);
}

/** Compares the outputs of cells that have as many. */
function overCells(
  committed: Notebook,
  executed: Notebook,
  compare: (there: readonly string[], here: readonly string[]) => string[],
): string[] {
  const cells = new Map(executed.cells.filter(isCode).map((cell) => [cell.id, cell]));
  return committed.cells.filter(isCode).flatMap((cell) => {
    const other = cells.get(cell.id);
    if (!other) return [`cell "${cell.id}" was not executed`];
    const [there, here] = [wordsOf(cell), wordsOf(other)];
    if (there.length !== here.length)
      return [`cell "${cell.id}": ${there.length} outputs committed, ${here.length} executed`];
    return compare(there, here).map((what) => `cell "${cell.id}": ${what}`);
  });
}

const wordsOf = (cell: CodeCell): string[] => cell.outputs.filter(isLasting).map(textOfOutput);

function textOfOutput(output: Output): string {
  if (output.output_type === 'stream') return textOf(output.text);
  if (output.output_type === 'error') return output.evalue;
  return textOf((output.data['text/plain'] ?? '') as string | string[]);
}

const number = /[-−+]?\d+(?:\.\d+)?/g;

function differences(there: string, here: string, tolerance: number): string[] {
  if (there === here) return [];
  // Columns are as wide as their numbers.
  const words = (text: string): string => text.replace(number, '#').replace(/\s+/g, ' ').trim();
  if (words(there) !== words(here) && tolerance === 0)
    return [`"${brief(there)}" committed, "${brief(here)}" executed`];
  const [before, after] = [numbersOf(there), numbersOf(here)];
  if (before.length !== after.length) return [`"${brief(there)}" committed, "${brief(here)}" executed`];
  const wrong = before.flatMap((value, i) => {
    const other = after[i]!;
    const far = Math.abs(value - other) > tolerance * Math.max(Math.abs(value), Math.abs(other));
    return far ? [`${value} committed, ${other} executed`] : [];
  });
  return wrong.slice(0, 3);
}

const numbersOf = (text: string): number[] =>
  (text.match(number) ?? []).map((digits) => Number(digits.replace('−', '-')));

const brief = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 80);
