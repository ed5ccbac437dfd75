import { createRandom, type Random } from '../../lib/random';

/** What all randomness of the build comes from. Another seed makes another data set. */
export const buildRandom = (): Random => createRandom(0).stream('typefaces');
