/** Rows as lines of text under the first row's names: numbers to the right, words to the left; NaN, where there is no number, is a dash. */
export function textTable(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const names = Object.keys(rows[0] ?? {});
  const lines = [names, ...rows.map((row) => names.map((name) => cell(row[name])))];
  const widths = names.map((_, j) => Math.max(...lines.map((line) => line[j]!.length)));
  const toTheRight = names.map((name) => rows.every((row) => typeof row[name] === 'number'));
  const pad = (text: string, j: number): string =>
    toTheRight[j] ? text.padStart(widths[j]!) : text.padEnd(widths[j]!);
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

const cell = (value: string | number = ''): string => (Number.isNaN(value) ? '–' : String(value));
