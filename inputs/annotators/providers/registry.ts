import type { Dataset } from '../../../lib/data/dataset';
import { check } from '../../../lib/errors';
import type { Provider } from '../provider';
import { readJournal } from '../journal';
import { clip } from './clip';
import { gemini } from './gemini';
import { local } from './local';
import { openAiCompatible } from './openai-compatible';
import { recordedAnswers, recordedJournal } from './recorded';
import { simulated } from './simulated';

/** What can be set on a command line. */
export interface ProviderOptions {
  readonly data: Dataset;
  readonly model?: string;
  readonly baseUrl?: string;
  readonly logprobs?: boolean;
  readonly thinkingBudget?: number;
  /** Journal to replay. */
  readonly from?: string;
  /** Of the simulated annotator. */
  readonly accuracy?: number;
  readonly seed: number;
  /** Nothing will be sent, so no key is needed. */
  readonly dry?: boolean;
}

/** A provider that can be named, and what makes it. */
export interface ProviderEntry {
  /** The environment variable that holds the key. */
  readonly key?: string;
  /** Answers that nobody charges for. */
  readonly free?: boolean;
  create(options: ProviderOptions, key: string | undefined): Provider | Promise<Provider>;
}

const providers: Readonly<Record<string, ProviderEntry>> = {
  gemini: {
    key: 'GEMINI_API_KEY',
    create: ({ model = 'gemini-3.5-flash-lite', ...options }, key) => {
      check(
        key || options.dry,
        'The environment variable GEMINI_API_KEY is not set; put your key for the Gemini API there',
      );
      return gemini({ ...options, model, key: key ?? '' });
    },
  },
  'openai-compatible': {
    key: 'OPENAI_API_KEY',
    create: ({ model, ...options }, key) => {
      check(
        model,
        'An openai-compatible annotator needs --model, e.g. gpt-4.1-mini, or what your server calls its model',
      );
      check(
        key || options.baseUrl || options.dry,
        'The environment variable OPENAI_API_KEY is not set; put your key there, or name a server of your own by --base-url',
      );
      return openAiCompatible({ ...options, model, key });
    },
  },
  clip: {
    free: true,
    create: ({ model = 'Xenova/clip-vit-base-patch32', dry }) => clip(model, { dry }),
  },
  local: {
    free: true,
    create: ({ model = 'HuggingFaceTB/SmolVLM-256M-Instruct', dry }) => local(model, { dry }),
  },
  recorded: {
    free: true,
    create: ({ data, from }) => {
      if (from !== undefined) return recordedJournal(readJournal(from).lines);
      check(data.answers, `Data set "${data.name}" has no recorded answers; name a journal by --from`);
      return recordedAnswers(data, data.answers);
    },
  },
  simulated: { free: true, create: ({ data, accuracy = 0.9, seed }) => simulated(data, { accuracy, seed }) },
};

export const providerNames: readonly string[] = Object.keys(providers);

/** @throws InputError for an unknown name, listing the known ones. */
export function providerNamed(name: string): ProviderEntry {
  const entry = Object.hasOwn(providers, name) ? providers[name] : undefined;
  check(entry, `Unknown annotator: "${name}"; expected one of: ${providerNames.join(', ')}`);
  return entry;
}
