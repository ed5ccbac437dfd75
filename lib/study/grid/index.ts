export { Interrupted, runGrid } from './grid';
export { seedsOf } from './grid-setup';
export type { GridOptions, GridProgress, GridSetup, Shard } from './grid-setup';
