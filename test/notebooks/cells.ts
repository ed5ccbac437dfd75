import { kernelspec, type Cell, type Notebook, type TextCell } from '../../notebooks/kit/nbformat';

/** A cell of text. */
export const markdownCell = (id: string, source: string): TextCell => ({
  cell_type: 'markdown',
  id,
  metadata: {},
  source,
});

/** A notebook for the project's kernel. */
export function createNotebook(cells: Cell[]): Notebook {
  const language_info = { name: 'typescript', file_extension: '.ts', mimetype: 'text/typescript' };
  return { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec, language_info }, cells };
}
