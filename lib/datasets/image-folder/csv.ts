/**
 * Rows of a comma-separated text (RFC 4180): fields may be quoted, quotes in them doubled; Unix or Windows line ends.
 * Blanks around fields and blank lines are left out.
 * @throws SyntaxError for a quotation mark that opens and does not close.
 */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const fields = /[^\S\r\n]*(?:"((?:[^"]|"")*)"|([^",\r\n][^,\r\n]*?|))[^\S\r\n]*(,|\r\n|\n|\r|$)/y;
  const source = text.replace(/^\ufeff/, '');
  while (fields.lastIndex < source.length) {
    const [, quoted, plain, end] = fields.exec(source) ?? [];
    if (end === undefined) throw new SyntaxError(`row ${rows.length} has a stray quotation mark`);
    rows.at(-1)!.push(quoted === undefined ? plain!.trim() : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.some(Boolean));
}

/** The inverse of {@link parseCsv}. */
export const formatCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(quotedIfNeeded).join(',')}\n`).join('');

const quotedIfNeeded = (field: string): string =>
  /[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
