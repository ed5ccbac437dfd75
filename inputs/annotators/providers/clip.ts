import type { Tensor } from '@huggingface/transformers';
import { quietSession } from '../../features/extractors/onnx-model';
import { withTransformers } from '../../features/hub';
import { readPreprocessing } from '../../features/preprocessing/read';
import { fitted, normalise } from '../../features/preprocessing/prepare';
import { check } from '../../../lib/errors';
import type { Provider, Reply } from '../provider';
import { askedOnce, decoded, localModel, notLoaded, type LocalModel } from './local-model';

/** Class names that are encoded at once. */
const TEXTS = 16;

const template = 'a photo of a {class}';

/** What the ONNX exports of CLIP and SigLIP give for one image and some texts. */
interface Outputs {
  /** [1, texts] */
  readonly logits_per_image: Tensor;
  /** [texts, D] */
  readonly text_embeds: Tensor;
  /** [1, D] */
  readonly image_embeds: Tensor;
}

/** Encodes texts together with an image. */
type Encode = (texts: readonly string[], pixels: Tensor) => Promise<Outputs>;

/**
 * Zero-shot classification by CLIP (Radford et al., ICML 2021) or SigLIP (Zhai et al., ICCV 2023) on this machine: the
 * softmax, over the classes asked for, of the scaled cosines between the image and "a photo of a {class}". For SigLIP the
 * softmax is ours (it was trained with sigmoids). `model` is OWNER/NAME on Hugging Face's hub, or a folder with the files
 * of one; it is downloaded if need be, but not for a dry run, which asks nothing.
 * @throws InputError for another model, or one that cannot be loaded.
 */
export async function clip(
  model: string,
  { dry = false }: { readonly dry?: boolean | undefined } = {},
): Promise<Provider> {
  const place = localModel(model);
  const ask = dry ? notLoaded : askedOnce(await load(place));
  return { name: 'clip', model: place.name, largestBatch: 1, settings: { template }, imageTokens: () => 0, ask };
}

function load({ place, folder }: LocalModel): Promise<Provider['ask']> {
  return withTransformers(place, async ({ AutoConfig, AutoImageProcessor, AutoModel, AutoTokenizer, Tensor }) => {
    const { model_type: type } = await AutoConfig.from_pretrained(place);
    check(
      type === 'clip' || type === 'siglip',
      `${place} is a model of type ${JSON.stringify(type)}; expected "clip" or "siglip"`,
    );
    await AutoImageProcessor.from_pretrained(place); // fetches its file; it is followed to the pixel by our own reader
    const how = readPreprocessing(folder);
    const tokenizer = await AutoTokenizer.from_pretrained(place);
    const network = await AutoModel.from_pretrained(place, { dtype: 'fp32', session_options: quietSession() });
    const classifier = new Classifier(async (texts, pixel_values) => {
      const padding = type === 'siglip' ? 'max_length' : true; // as it was trained
      const tokens = tokenizer([...texts], { padding, truncation: true }) as object;
      return (await network({ ...tokens, pixel_values })) as Outputs;
    });
    return async ({ classes, images }) => {
      const picture = fitted(await decoded(images[0]!), how);
      const pixels = new Float32Array(3 * picture.height * picture.width);
      normalise(picture, how, pixels);
      return classifier.reply(classes, new Tensor('float32', pixels, [1, 3, picture.height, picture.width]));
    };
  });
}

class Classifier {
  /** Of length 1, by class; kept, so that each is encoded once. */
  private readonly classes = new Map<string, Float32Array>();
  private scale = 1;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly encode: Encode) {}

  async reply(classes: readonly string[], pixels: Tensor): Promise<Reply> {
    const known = this.queue.then(() => this.learn(classes, pixels));
    this.queue = known.catch(() => undefined);
    await known;
    const { image_embeds: embedded } = await this.encode(classes.slice(0, 1), pixels); // an export takes no image alone
    const image = unit(embedded.data as Float32Array);
    const p = softmax(classes.map((name) => this.scale * dot(image, this.classes.get(name)!)));
    const best = p.indexOf(Math.max(...p));
    const probabilities = new Map(classes.map((name, k) => [name, p[k]!]));
    return { text: classes[best]!, confidence: p[best]!, probabilities };
  }

  /**
   * Encodes the classes that are new. The scale of the cosines is a weight of the network, which exports do not tell: it is
   * read off the two texts whose cosines are furthest apart.
   */
  private async learn(classes: readonly string[], pixels: Tensor): Promise<void> {
    const open = classes.filter((name) => !this.classes.has(name));
    for (let at = 0; at < open.length; at += TEXTS) {
      const names = open.slice(at, at + TEXTS);
      const texts = names.map((name) => template.replace('{class}', () => name));
      if (texts.length === 1) texts.push(template);
      const { logits_per_image: logits, text_embeds: embedded, image_embeds } = await this.encode(texts, pixels);
      const logit = logits.data as Float32Array;
      const [, width] = embedded.dims as [number, number];
      const image = unit(image_embeds.data as Float32Array);
      const rows = texts.map((_, i) => unit((embedded.data as Float32Array).subarray(i * width, (i + 1) * width)));
      const cosines = rows.map((text) => dot(image, text));
      const [low, high] = [Math.min(...cosines), Math.max(...cosines)].map((cosine) => cosines.indexOf(cosine));
      const apart = cosines[high!]! - cosines[low!]!;
      if (apart > 0) this.scale = (logit[high!]! - logit[low!]!) / apart;
      names.forEach((name, i) => this.classes.set(name, rows[i]!));
    }
  }
}

function unit(values: Float32Array): Float32Array {
  const length = Math.sqrt(dot(values, values)) || 1;
  return values.map((value) => value / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
