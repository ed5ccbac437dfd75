import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { repositoryRoot } from '../lib/root';

export interface PageFile {
  readonly type: string;
  readonly body: string;
}

/** Of the page and its image, of what is chosen from, and how both stand in a narrow window. */
const styles = ['page.css', 'choosing.css', 'narrow.css'];

/** The page's own files by their addresses, its script bundled into one, and its styles. */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const folder = path.join(repositoryRoot, 'labelling', 'page');
  const { outputFiles } = await build({
    entryPoints: [path.join(folder, 'page.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'silent',
  });
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
  return new Map([
    ['', { type: 'text/html; charset=utf-8', body: read('index.html') }],
    ['page.css', { type: 'text/css; charset=utf-8', body: styles.map(read).join('') }],
    ['page.js', { type: 'text/javascript; charset=utf-8', body: outputFiles[0]!.text }],
    ['icon.svg', { type: 'image/svg+xml', body: read('icon.svg') }],
  ]);
}
