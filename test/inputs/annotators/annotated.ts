import path from 'node:path';
import { annotate, type AnnotateInput, type Outcome } from '../../../inputs/annotators/annotate';
import type { Provider, Granularity } from '../../../inputs/annotators/provider';
import { Journal, readJournal } from '../../../inputs/annotators/journal';
import { createPrompt, type PromptOptions } from '../../../inputs/annotators/prompt';
import { gemini } from '../../../inputs/annotators/providers/gemini';
import { openAiCompatible } from '../../../inputs/annotators/providers/openai-compatible';
import { tinyPictures } from './tiny-pictures';
import { vlmServer, type ServerOptions } from './vlm-server';
import { scratchFolder } from '../../scratch';

export const newFile = (): string => path.join(scratchFolder('annotate'), 'answers.jsonl');
/** Of the clients, and hidden wherever it turns up. */
export const key = 'test-key-1234567890';
export const clients: Readonly<Record<string, (url: string) => Provider>> = {
  gemini: (baseUrl) => gemini({ key, model: 'gemini-2.5-flash-lite', baseUrl }),
  'openai-compatible': (baseUrl) => openAiCompatible({ key, model: 'gpt-4o-mini', baseUrl }),
};
/** Short waits. */
export const quick = { timeoutMs: 60_000, firstWaitMs: 4, longestWaitMs: 40 };

export interface Case extends PromptOptions {
  readonly images?: number;
  readonly client?: string;
  readonly granularity?: Granularity;
  readonly repeats?: number;
  readonly server?: ServerOptions;
  readonly file?: string;
  readonly input?: Partial<AnnotateInput>;
}

/** Annotates tiny pictures by a real client through a server that fails as told; `seconds`: what that alone took. */
export async function annotated({
  images = 30,
  client = 'gemini',
  granularity = 'coarse',
  server: serving,
  file = newFile(),
  input,
  ...options
}: Case) {
  const data = tinyPictures(images);
  const server = await vlmServer(serving);
  const provider = clients[client]!(server.url);
  const prompt = createPrompt(data.hierarchy, granularity, provider, options);
  const journal = Journal.open(file);
  let outcome: Outcome | undefined;
  let error: Error | undefined;
  const start = performance.now();
  let seconds = 0;
  try {
    const asked = { data, provider, granularity, prompt, seed: 0, journal, patience: quick };
    outcome = await annotate({ ...asked, secrets: [key], ...input });
  } catch (caught) {
    error = caught as Error;
  } finally {
    seconds = (performance.now() - start) / 1000;
    await journal.close();
    await server.close();
  }
  return { data, server, outcome, error, seconds, lines: readJournal(file).lines, file };
}
