import type { Engine } from '../engine';
import { createFastNetwork } from './fast-network';
import { createTfjsNetwork } from './tfjs-network';
import type { NetworkFactory } from './trainer';

/** The maker of the network that a trainer's name stands for. */
export function networkFactory(trainer: 'fast' | 'tfjs', engine: Engine): NetworkFactory {
  return trainer === 'tfjs' ? createTfjsNetwork : (shape) => createFastNetwork(shape, { engine });
}
