export { halfWidth, mean, spreadName } from './spread';
export type { Spread } from './spread';
