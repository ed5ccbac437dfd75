import { existsSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import type { RgbPicture } from '../../../lib/data/pictures';
import { checkId, modelFolder } from '../../features/hub';
import { ProviderError, type Provider, type ShownImage } from '../provider';
import { printable } from '../printable';

/** A model that runs here: in a folder of the user's, or of Hugging Face's hub. */
export interface LocalModel {
  /** As journals name it. */
  readonly name: string;
  /** As Hugging Face's library names it: OWNER/NAME or the folder. */
  readonly place: string;
  /** Where its files are, or will be once they are downloaded. */
  readonly folder: string;
}

/** @throws InputError for what is neither a folder with a `config.json` nor OWNER/NAME. */
export function localModel(model: string): LocalModel {
  if (existsSync(path.join(model, 'config.json'))) {
    const folder = path.resolve(model);
    return { name: path.basename(folder), place: folder, folder };
  }
  checkId(model);
  return { name: model, place: model, folder: modelFolder(model) };
}

export async function decoded({ bytes }: ShownImage): Promise<RgbPicture> {
  const { data, info } = await sharp(bytes).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  return { height: info.height, width: info.width, pixels: new Uint8Array(data) };
}

/** Asks once: a model on this machine that fails on an image would fail again. */
export const askedOnce =
  (ask: Provider['ask']): Provider['ask'] =>
  (question, signal) =>
    ask(question, signal).catch((error: Error) => {
      signal.throwIfAborted();
      throw new ProviderError(`The model failed: ${printable(error.message, 200)}`, { kind: 'rejected' });
    });

/** Stands for a model in a dry run. */
export const notLoaded: Provider['ask'] = () =>
  Promise.reject(new ProviderError('The model was not loaded: this is a dry run', { kind: 'fatal' }));
