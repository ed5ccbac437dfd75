import { parseArgs } from 'node:util';
import type { Granularity } from '../../inputs/annotators/provider';
import type { Synonyms } from '../../inputs/annotators/parse-answer';
import { listPrice, parsePrice, type Price } from '../../inputs/annotators/price';
import { readGuide } from '../../inputs/annotators/guide';
import { createPrompt } from '../../inputs/annotators/prompt';
import { providerNamed, providerNames } from '../../inputs/annotators/providers/registry';
import { UsageError } from '../cli/command';
import { numberIn, type Range } from '../cli/number';
import { tellPassedOver } from '../../inputs/datasets/image-folder/list';
import { loadDataset } from '../../inputs/datasets/registry';
import { InputError } from '../../lib/errors';
import { readText } from '../../lib/text-file';

export const usage = `npm run annotate -- --dataset D --annotator A --granularity fine|coarse|both --out FILE.jsonl [options]
       A: ${providerNames.join(', ')}; keys come from GEMINI_API_KEY and OPENAI_API_KEY only
  what is asked   --model M  --base-url URL  --limit IMAGES  --mode text|enum  --shuffle SEED  --batch IMAGES
                  --repeats K  --temperature T  --max-output-tokens N  --thinking-budget N  --logprobs
                  --synonyms FILE.json  --seed SEED
                  --prompt FILE.json  {"about": "...", "descriptions": {"class": "..."}, "examples": {"class": ["picture.jpg"]}}
  asked again     --again refused|outside|refused,outside (what was cut off is, under a larger --max-output-tokens)
  how             --concurrency C  --rpm REQUESTS  --tpm TOKENS  --timeout SECONDS
  what it costs   --price IN,OUT (dollars per million tokens)  --max-cost USD  --dry-run
  published ones  --import FILE.json --annotator-name NAME [--synonyms FILE.json], without --annotator
  on this machine --annotator clip|local [--model OWNER/NAME or FOLDER]: CLIP or SigLIP; SmolVLM or Idefics3
  without a VLM   --annotator recorded [--from FILE.jsonl]  --annotator simulated [--accuracy SHARE]
       e.g. npm run annotate -- --dataset typefaces --annotator simulated --granularity coarse --out answers.jsonl`;

const granularities: readonly Granularity[] = ['fine', 'coarse', 'both'];
const [text, flag] = [{ type: 'string' }, { type: 'boolean', default: false }] as const;

export function readOptions() {
  return parseArgs({
    options: {
      dataset: text,
      annotator: text,
      granularity: text,
      out: text,
      model: text,
      'base-url': text,
      limit: text,
      mode: text,
      shuffle: text,
      batch: text,
      repeats: text,
      temperature: text,
      'max-output-tokens': text,
      'thinking-budget': text,
      logprobs: flag,
      synonyms: text,
      seed: text,
      concurrency: text,
      rpm: text,
      tpm: text,
      timeout: text,
      price: text,
      'max-cost': text,
      'dry-run': flag,
      from: text,
      accuracy: text,
      again: text,
      import: text,
      'annotator-name': text,
      prompt: text,
    },
  }).values;
}

export type Options = ReturnType<typeof readOptions>;
type NumberOption = Exclude<
  { [K in keyof Options]: Options[K] extends string | undefined ? K : never }[keyof Options],
  undefined
>;

/** What the numeric options may be. */
const ranges = {
  limit: { whole: true, from: 1 },
  shuffle: { whole: true, from: 0 },
  batch: { whole: true, from: 1 },
  repeats: { whole: true, from: 1, to: 1000 },
  temperature: { from: 0, to: 2 },
  'max-output-tokens': { whole: true, from: 1 },
  'thinking-budget': { whole: true, from: -1 }, // -1: as the model sees fit
  seed: { whole: true, from: 0 },
  concurrency: { whole: true, from: 1, to: 10_000 },
  rpm: { above: 0 },
  tpm: { above: 0 },
  timeout: { above: 0, to: 86_400 },
  'max-cost': { from: 0 },
  accuracy: { from: 0, to: 1 },
} satisfies { readonly [Option in NumberOption]?: Range };

/** {name: number} where the option is given, {} otherwise. @throws UsageError for what it may not be. */
export function numeric<Name extends string>(
  options: Options,
  option: keyof typeof ranges,
  name: Name,
): { [K in Name]?: number } {
  const given = options[option];
  return (given === undefined ? {} : { [name]: numberIn(option, given, ranges[option]) }) as { [K in Name]?: number };
}

export function required(options: Options, option: NumberOption): string {
  const value = options[option];
  if (!value) throw new UsageError(`--${option} is missing`);
  return value;
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === value);
  if (!found) throw new UsageError(`Unexpected --${option}: "${value}"; expected ${allowed.join(' or ')}`);
  return found;
}

/** Everything that decides what is asked, who is asked, and what it costs. */
export async function prepare(options: Options) {
  const granularity = oneOf<Granularity>('granularity', required(options, 'granularity'), granularities);
  const entry = providerNamed(required(options, 'annotator'));
  const data = await loadDataset(required(options, 'dataset'));
  tellPassedOver(data);
  const { seed = 0 } = numeric(options, 'seed', 'seed');
  const key = entry.key ? process.env[entry.key]?.trim() : undefined;
  const provider = await entry.create(
    {
      data,
      seed,
      logprobs: options.logprobs,
      dry: options['dry-run'],
      ...(options.model && { model: options.model }),
      ...(options['base-url'] && { baseUrl: options['base-url'] }),
      ...(options.from && { from: options.from }),
      ...numeric(options, 'thinking-budget', 'thinkingBudget'),
      ...numeric(options, 'accuracy', 'accuracy'),
    },
    key,
  );
  const guide = options.prompt ? await readGuide(options.prompt, data.hierarchy) : {};
  const prompt = createPrompt(data.hierarchy, granularity, provider, {
    guide,
    ...(options.mode && { mode: oneOf<'text' | 'enum'>('mode', options.mode, ['text', 'enum']) }),
    ...numeric(options, 'shuffle', 'shuffle'),
    ...numeric(options, 'batch', 'batch'),
    ...numeric(options, 'repeats', 'repeats'),
    ...numeric(options, 'temperature', 'temperature'),
    ...numeric(options, 'max-output-tokens', 'maxOutputTokens'),
  });
  const free: Price = { input: 0, output: 0 };
  const price = options.price ? parsePrice(options.price) : entry.free ? free : listPrice(provider.model);
  const again =
    options.again?.split(',').map((word) => oneOf('again', word.trim(), ['refused', 'outside'] as const)) ?? [];
  const asked = { data, provider, granularity, prompt, seed, again, ...numeric(options, 'limit', 'limit') };
  return { asked, price, secrets: [key] };
}

/** {"what it may say": "class"}. @throws InputError for a file that holds anything else. */
export function readSynonyms(file: string): Synonyms {
  let value: unknown;
  try {
    value = JSON.parse(readText(file));
  } catch (error) {
    throw new InputError(`Cannot read the synonyms ${file}: ${(error as Error).message}`);
  }
  const right = typeof value === 'object' && value && Object.values(value).every((name) => typeof name === 'string');
  if (!right || Array.isArray(value)) throw new InputError(`${file}: expected {"what it may say": "class", …}`);
  return value as Synonyms;
}
