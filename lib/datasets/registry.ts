import { check } from '../errors';
import type { Dataset } from './dataset';
import { synthetic } from './synthetic';
import { typefaces } from './typefaces';

/** The data sets that can be named on the command line, and how each is loaded. */
export const datasets: Readonly<Record<string, () => Promise<Dataset>>> = {
  typefaces: () => typefaces(),
  synthetic: async () => synthetic(),
};

/**
 * Loads a data set by name.
 * @throws InputError for an unknown name, listing the known ones.
 */
export async function loadDataset(name: string): Promise<Dataset> {
  const load = Object.hasOwn(datasets, name) ? datasets[name] : undefined;
  check(load, `Unknown data set: "${name}"; expected one of: ${Object.keys(datasets).join(', ')}`);
  return load();
}
