import { check } from '../../lib/errors';
import { cub200 } from './cub200';
import type { Dataset } from '../../lib/data/dataset';
import { fgvcAircraft } from './fgvc-aircraft';
import { flowers102 } from './flowers102';
import { imageFolder } from './image-folder';
import { oxfordPets } from './oxford-pets';
import { synthetic } from './synthetic';
import { typefaces } from './typefaces';
import { unlabelledFolder } from './unlabelled-folder';

/** The data sets that can be named on the command line, and how each is loaded. */
export const datasets: Readonly<Record<string, () => Promise<Dataset>>> = {
  typefaces: () => typefaces(),
  synthetic: async () => synthetic(),
  cub200: () => cub200(),
  'fgvc-aircraft': () => fgvcAircraft(),
  flowers102: () => flowers102(),
  'oxford-pets': () => oxfordPets(),
};

/** What stands before the path of a folder of one's own. */
export const folderPrefix = 'image-folder:';

/** What stands before the path of a folder of images without labels. */
const unlabelledPrefix = 'unlabelled-folder:';

/** What can be named, for usages and messages. */
export const datasetNames = [...Object.keys(datasets), `${folderPrefix}PATH`, `${unlabelledPrefix}PATH`].join(', ');

/**
 * Loads a data set by name, or a folder of images by its path: "image-folder:PATH".
 * @throws InputError for an unknown name, listing the known ones; for a data set that is not downloaded yet.
 * @example
 * const photos = await loadDataset('image-folder:../photos');
 */
export async function loadDataset(name: string): Promise<Dataset> {
  if (name.startsWith(folderPrefix)) return imageFolder(name.slice(folderPrefix.length));
  if (name.startsWith(unlabelledPrefix)) return unlabelledFolder(name.slice(unlabelledPrefix.length));
  const load = Object.hasOwn(datasets, name) ? datasets[name] : undefined;
  check(load, `Unknown data set: "${name}"; expected one of: ${datasetNames}`);
  return load();
}
