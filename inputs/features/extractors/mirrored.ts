import type { OnnxModel } from './onnx-model';

/** A model that gives the mean of what it gives for a picture and for its mirror image: which side is left says little of the class. */
export const mirrored = (model: OnnxModel): OnnxModel => ({
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
