export { Interrupted, runGrid } from './grid';
export type { GridOptions, GridProgress, GridSetup, Shard } from './grid-setup';
