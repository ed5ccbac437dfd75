/**
 * Rows of a text separated by commas (RFC 4180), or by semicolons or tabs, as Excel writes in some countries: whichever
 * comes first in this list and is in every row, outside of quotes, or as Excel's first line "sep=;" says. Fields may be
 * quoted, quotes in them doubled; Unix or Windows line ends. Blanks around fields and blank lines are left out.
 * @throws SyntaxError for a quotation mark that opens and does not close.
 */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const [, said, source = ''] = /^\ufeff?(?:sep=([,;\t])\r?\n)?([^]*)$/.exec(text) ?? [];
  const separator = said ?? separatorOf(source);
  const blanks = `[^\\S\\r\\n${separator}]*`;
  const field = `"((?:[^"]|"")*)"|([^"${separator}\\r\\n][^${separator}\\r\\n]*?|)`;
  const fields = new RegExp(`${blanks}(?:${field})${blanks}(${separator}|\\r\\n|\\n|\\r|$)`, 'y');
  while (fields.lastIndex < source.length) {
    const [, quoted, plain, end] = fields.exec(source) ?? [];
    if (end === undefined) throw new SyntaxError(`row ${rows.length} has a stray quotation mark`);
    rows.at(-1)!.push(quoted === undefined ? plain!.trim() : quoted.replaceAll('""', '"'));
    if (end !== separator) rows.push([]);
  }
  return rows.filter((row) => row.some(Boolean));
}

/** What parts the fields of a text: a comma unless every row has another one instead. */
function separatorOf(text: string): string {
  const rows = text
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/[\r\n]+/)
    .filter((row) => row.trim());
  return [',', ';', '\t'].find((separator) => rows.every((row) => row.includes(separator))) ?? ',';
}

/** The inverse of {@link parseCsv}. */
export const formatCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(quotedIfNeeded).join(',')}\n`).join('');

const quotedIfNeeded = (field: string): string =>
  /[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
