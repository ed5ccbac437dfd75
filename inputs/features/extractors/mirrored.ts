import type { OnnxExtractorOptions } from './onnx';
import type { OnnxModel } from './onnx-model';

/** The mean of what a model gives for a picture and for its mirror image: which side is left says little of the class. */
export const mirrored = (options: OnnxExtractorOptions): OnnxExtractorOptions => ({
  ...options,
  name: `${options.name}-mirrored`,
  title: `${options.title}, mean with the mirror image's`,
  modelHash: `${options.modelHash}, mirrored`,
  open: async () => ofBoth(await options.open()),
});

const ofBoth = (model: OnnxModel): OnnxModel => ({
  engine: model.engine,
  async run(pixels, height, width) {
    const found = await model.run(pixels, height, width);
    const turned = await model.run(mirrorImages(pixels, width), height, width);
    return { ...found, data: found.data.map((value, at) => (value + turned.data[at]!) / 2) };
  },
});

/** Pixels in rows of `width`, each row backwards. */
function mirrorImages(pixels: Float32Array, width: number): Float32Array {
  const turned = pixels.slice();
  for (let from = 0; from < turned.length; from += width) turned.subarray(from, from + width).reverse();
  return turned;
}
