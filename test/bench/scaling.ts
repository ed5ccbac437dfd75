import { createEngine } from '../../lib/engine';
import { badgeChoice, isoChoice } from './selection';

/** Prints a table of time, copying the pool included, against pool size and picks: it grows with their product. */
export async function scaling(): Promise<void> {
  const [columns, classes] = [256, 100];
  const engine = await createEngine();
  console.log(`Choice among n rows of ${columns} hidden units, ${classes} classes; ms, and ns a row and pick`);
  console.log(['n', 'picks', 'ISO', 'ns', 'BADGE', 'ns'].map((head) => head.padStart(10)).join(''));
  await isoChoice(1000, columns, 200)(engine)();
  await badgeChoice(1000, columns, classes, 200)(engine)(); // the compilers' share
  for (const n of [1e3, 1e4, 1e5, 1e6])
    for (const picks of [50, 100, 200]) {
      const cells: string[] = [];
      for (const choice of [isoChoice(n, columns, picks), badgeChoice(n, columns, classes, picks)]) {
        const start = performance.now();
        await choice(engine)();
        const elapsed = performance.now() - start;
        cells.push(elapsed.toFixed(1), ((1e6 * elapsed) / n / picks).toFixed(0));
      }
      console.log([n, picks, ...cells].map((cell) => String(cell).padStart(10)).join(''));
    }
}
