// Forked by a cell in execute.test.ts.
const message: string = 'from TypeScript';
process.send?.(message);
