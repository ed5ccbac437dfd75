import type { Engine } from '../engine';
import { createFastNetwork } from './fast-network';
import { createTfjsNetwork } from './tfjs-network';
import type { NetworkFactory } from './trainer';

/** `fast`: typed arrays. `tfjs`: the reference. `vit`: a vision transformer is trained as well, on the images themselves. */
export const trainers = ['fast', 'tfjs', 'vit'] as const;
export type TrainerName = (typeof trainers)[number];

/** The maker of the network on given features that a trainer's name stands for. */
export function networkFactory(trainer: Exclude<TrainerName, 'vit'>, engine: Engine): NetworkFactory {
  return trainer === 'tfjs' ? createTfjsNetwork : (shape) => createFastNetwork(shape, { engine });
}
