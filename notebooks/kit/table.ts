import { check } from '../../lib/errors';
import { display, escapeHtml } from './display';

export type TableValue = string | number | boolean | null | undefined;
export type Row = Readonly<Record<string, TableValue>>;

export interface TableOptions {
  /** Shown above. */
  readonly caption?: string;
  /** Digits after the point: of all fractional numbers, or by column; as many as tell the column's numbers apart unless given. */
  readonly digits?: number | Readonly<Record<string, number>>;
  /** Columns whose largest (or smallest) number is shown bold. */
  readonly best?: Readonly<Record<string, 'largest' | 'smallest'>>;
}

/** Shows rows as a table: numbers right-aligned with one number of digits a column. */
export function table(rows: readonly Row[], options: TableOptions = {}): void {
  const { html, text } = renderTable(rows, options);
  display({ data: { 'text/html': html, 'text/plain': text } });
}

/** The table as HTML (all text escaped) and as text. @throws InputError for no columns at all. */
export function renderTable(rows: readonly Row[], options: TableOptions = {}): { html: string; text: string } {
  const { columns, values } = toColumns(rows);
  check(columns.length, 'A table needs at least one column; got none (no rows?)');
  const formatted = columns.map((name, j) =>
    formatColumn(
      name,
      values.map((row) => row[j]),
      options,
    ),
  );
  const line = (i: number): string =>
    `<tr>${formatted.map(({ cells, numeric, bold }) => cellHtml('td', cells[i]!, numeric, bold === i)).join('')}</tr>`;
  const html =
    `<table style="border-collapse: collapse; font: 13px sans-serif; font-variant-numeric: tabular-nums">` +
    (options.caption
      ? `<caption style="text-align: left; padding: 4px 0">${escapeHtml(options.caption)}</caption>`
      : '') +
    `<thead><tr>${formatted.map(({ name, numeric }) => cellHtml('th', name, numeric, false)).join('')}</tr></thead>` +
    `<tbody>${values.map((_, i) => line(i)).join('')}</tbody></table>`;
  const widths = formatted.map(({ name, cells }) => Math.max(name.length, ...cells.map((cell) => cell.length)));
  const pad = (cells: readonly string[]): string =>
    cells
      .map((cell, j) => (formatted[j]!.numeric ? cell.padStart(widths[j]!) : cell.padEnd(widths[j]!)))
      .join('  ')
      .trimEnd();
  const text = [pad(columns), ...values.map((_, i) => pad(formatted.map(({ cells }) => cells[i]!)))].join('\n');
  return { html, text: options.caption ? `${options.caption}\n${text}` : text };
}

function toColumns(rows: readonly Row[]): { columns: readonly string[]; values: TableValue[][] } {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return { columns, values: rows.map((row) => columns.map((name) => row[name])) };
}

interface Column {
  readonly name: string;
  readonly cells: string[];
  readonly numeric: boolean;
  /** The row shown bold, -1 for none. */
  readonly bold: number;
}

function formatColumn(name: string, values: readonly TableValue[], { digits, best }: TableOptions): Column {
  const numbers = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  const places = (typeof digits === 'object' ? digits[name] : digits) ?? usefulDigits(numbers);
  const show = (value: TableValue): string => {
    if (value === null || value === undefined) return '–';
    if (typeof value !== 'number') return String(value);
    return Number.isFinite(value) ? value.toFixed(numbers.every(Number.isInteger) ? 0 : places).replace('-', '−') : '–';
  };
  const wanted = best?.[name] && (best[name] === 'largest' ? Math.max(...numbers) : Math.min(...numbers));
  const numeric =
    numbers.length > 0 && values.every((value) => typeof value !== 'string' && typeof value !== 'boolean');
  return { name, cells: values.map(show), numeric, bold: wanted === undefined ? -1 : values.indexOf(wanted) };
}

/** Three significant digits of the largest number, four digits after the point at the most. */
const usefulDigits = (numbers: readonly number[]): number => {
  const largest = Math.max(0, ...numbers.map(Math.abs));
  return largest === 0 ? 0 : Math.min(4, Math.max(0, 2 - Math.floor(Math.log10(largest))));
};

function cellHtml(tag: 'td' | 'th', text: string, numeric: boolean, bold: boolean): string {
  const rule =
    tag === 'th' ? 'border-bottom: 1.5px solid currentColor' : 'border-bottom: 1px solid rgba(128, 128, 128, 0.3)';
  const style = `text-align: ${numeric ? 'right' : 'left'}; padding: 3px 10px; ${rule}`;
  const inside = escapeHtml(text).replace(/(?<=\S)\(/g, '<wbr>('); // "fixed-ratio(weakShare=0.5)" is too long a word for a phone
  return `<${tag} style="${style}">${bold ? `<b>${inside}</b>` : inside}</${tag}>`;
}
