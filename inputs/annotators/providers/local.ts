import type { RawImage, Tensor } from '@huggingface/transformers';
import type { RgbPicture } from '../../../lib/data/pictures';
import { check } from '../../../lib/errors';
import { quietSession } from '../../features/extractors/onnx-model';
import { withTransformers, type Transformers } from '../../features/hub';
import { FILTERS, resample } from '../../features/preprocessing/resample';
import type { Provider } from '../provider';
import { askedOnce, decoded, localModel, notLoaded, type LocalModel } from './local-model';

/** Tokens of an answer at the most: a class's name, not the ramblings of a small model. */
const LONGEST = 64;

const TYPES = ['smolvlm', 'idefics3'];

/** What is used of the library's processor, whose own types say `any`. */
interface VlmProcessor {
  (text: string, images: readonly RawImage[], options: object): Promise<{ readonly input_ids: Tensor }>;
  apply_chat_template(messages: readonly object[], options: object): string;
  batch_decode(tokens: Tensor, options: object): string[];
}

/**
 * A small VLM on this machine that is asked as the paid ones are: SmolVLM or Idefics3 (Marafioti et al., 2025). `model` is
 * OWNER/NAME on Hugging Face's hub, or a folder with the files of one; it is downloaded if need be, but not for a dry run.
 * Images are shown whole, not in tiles, which would take many times as long.
 * @throws InputError for another model, or one that cannot be loaded.
 */
export async function local(
  model: string,
  { dry = false }: { readonly dry?: boolean | undefined } = {},
): Promise<Provider> {
  const place = localModel(model);
  const ask = dry ? notLoaded : askedOnce(await load(place));
  return {
    name: 'local',
    model: place.name,
    largestBatch: 1,
    settings: { tiles: false, longest: LONGEST },
    concurrency: 1,
    timeoutMs: 600_000,
    imageTokens: () => 0,
    ask,
  };
}

function load({ place }: LocalModel): Promise<Provider['ask']> {
  return withTransformers(place, async (library) => {
    const { model_type: type } = await library.AutoConfig.from_pretrained(place);
    check(
      TYPES.includes(type ?? ''),
      `${place} is a model of type ${JSON.stringify(type)}; expected ${TYPES.join(' or ')}`,
    );
    const processor = (await library.AutoProcessor.from_pretrained(place)) as unknown as VlmProcessor;
    const promptOf = (text: string): string => {
      const content = [{ type: 'image' }, { type: 'text', text }];
      return processor.apply_chat_template([{ role: 'user', content }], { add_generation_prompt: true });
    };
    promptOf(''); // fails here where the model has no template, not at every image
    const options = { dtype: 'fp32', session_options: quietSession() } as const;
    const network = await library.AutoModelForImageTextToText.from_pretrained(place, options);
    return async ({ images, text, temperature, maxOutputTokens, repetition }, signal) => {
      const image = pillowImage(library.RawImage, await decoded(images[0]!));
      const inputs = await processor(promptOf(text), [image], { do_image_splitting: false });
      const given = inputs.input_ids.dims[1]!;
      const limit = Math.min(LONGEST, maxOutputTokens);
      const interrupted = new library.InterruptableStoppingCriteria();
      signal.addEventListener('abort', () => interrupted.interrupt(), { once: true });
      (library.random as { seed(value: number): void }).seed(parseInt(images[0]!.hash.slice(0, 8), 16) + repetition);
      const sampling = temperature > 0 ? { do_sample: true, temperature } : { do_sample: false };
      const tokens = (await network.generate({
        ...inputs,
        ...sampling,
        max_new_tokens: limit,
        stopping_criteria: interrupted,
      })) as Tensor;
      signal.throwIfAborted();
      const answer = tokens.slice(null, [given, tokens.dims[1]!]);
      const output = answer.dims[1]!;
      const [said = ''] = processor.batch_decode(answer, { skip_special_tokens: true });
      return {
        text: said.trim(),
        tokens: { input: given, output },
        ...(output >= limit && { refused: 'cut off at the output limit' }),
      };
    };
  });
}

/** A picture as the library takes it, but resized as Pillow does: its own way, without antialiasing, is far off. */
function pillowImage(Image: Transformers['RawImage'], picture: RgbPicture): RawImage {
  const image = new Image(new Uint8ClampedArray(picture.pixels), picture.width, picture.height, 3);
  image.resize = (width, height, { resample: number = 2 } = {}) => {
    const filter = FILTERS[number as number];
    check(
      filter,
      `Unexpected resample of the model's processor: ${number}; expected one of ${Object.keys(FILTERS).join()}`,
    );
    return Promise.resolve(pillowImage(Image, resample(picture, height, width, filter)));
  };
  return image;
}
