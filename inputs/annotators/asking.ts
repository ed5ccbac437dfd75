import path from 'node:path';
import { define } from '../../lib/choices/choices';
import { atLeast, text, type Options } from '../../lib/choices/options';
import { dataRoot } from '../datasets/data-root';
import { MISSING } from '../../lib/data/answer-code';
import type { Dataset } from '../../lib/data/dataset';
import { check } from '../../lib/errors';
import { annotate } from './annotate';
import type { Annotator, AnnotatorPreview, AnnotatorTask, GivenAnswers, Question } from './choices';
import { readGuide } from './guide';
import { imageHash } from './image-hash';
import { Journal } from './journal';
import { JournalAnswers } from './journal-answers';
import { estimateTokens, type Task } from './plan';
import { costOf, listPrice, parsePrice } from './price';
import { createPrompt } from './prompt';
import { providerNamed } from './providers/registry';

const options = {
  model: text('', "the provider's name of the model; for clip and local also a folder"),
  baseUrl: text('', 'another server that speaks the same protocol'),
  journal: text('', 'the file that keeps paid answers; default: data/answers/DATASET.PROVIDER.jsonl'),
  price: text('', 'IN/OUT, dollars per million tokens, where the list of prices does not know the model'),
  prompt: text(
    '',
    'a file {"about", "descriptions", "examples"}: what the pictures are, how classes differ, pictures of them',
  ),
  maxCost: atLeast(5, 0, 'US dollars that the answers of the journal may cost in all'),
} satisfies Options;

type Settings = { readonly [name in keyof typeof options]: (typeof options)[name]['default'] };

/**
 * A VLM that is asked when a label is bought, and about no other image. Every answer is in the journal before it counts, so
 * that one that was paid for is never asked for again; the key comes from the environment.
 */
export const askingAnnotator = (provider: 'gemini' | 'openai-compatible' | 'clip' | 'local', description: string) =>
  define<Annotator, typeof options>('annotator', {
    name: provider,
    description,
    source: 'asked while a session runs; its answers are kept in a journal',
    options,
    create: (settings) => ({
      answer: (task) => ask(provider, settings, task),
      preview: (data, question) => preview(provider, settings, data, question),
    }),
  });

/** Who is asked, with which words, at which price. `dry`: nothing will be sent. */
async function prepared(name: string, settings: Settings, data: Dataset, question: Question, dry = false) {
  const entry = providerNamed(name);
  const key = entry.key ? process.env[entry.key]?.trim() : undefined;
  const { model, baseUrl } = settings;
  const provider = await entry.create(
    { data, seed: 0, dry, ...(model && { model }), ...(baseUrl && { baseUrl }) },
    key,
  );
  const free = { input: 0, output: 0 };
  const price = settings.price
    ? parsePrice(settings.price.replace('/', ','))
    : entry.free
      ? free
      : listPrice(provider.model);
  check(
    price,
    `The price of ${provider.model} is not known, so maxCost cannot be kept; give it: ${name}(model=${model},price=IN/OUT)`,
  );
  const guide = settings.prompt ? await readGuide(settings.prompt, data.hierarchy) : {};
  const prompt = createPrompt(data.hierarchy, question, provider, { guide });
  return { provider, price, prompt, key };
}

async function preview(name: string, settings: Settings, data: Dataset, question: Question): Promise<AnnotatorPreview> {
  const { provider, price, prompt } = await prepared(name, settings, data, question, true);
  const asked = { data, provider, granularity: question, prompt, seed: 0, find: () => undefined };
  const open = [{ index: 0, hash: '', repetition: 0 }];
  const { tokens } = await estimateTokens(asked, { wanted: 1, known: 0, open }, []);
  const examples = prompt.examples.map(({ label }) => `(a picture that shows ${label})`);
  return { prompt: [...examples, prompt.text].join('\n'), dollars: costOf(tokens, price)! };
}

async function ask(name: string, settings: Settings, task: AnnotatorTask): Promise<GivenAnswers> {
  const { data, images, question, signal } = task;
  const { provider, price, prompt, key } = await prepared(name, settings, data, question);
  const { maxCost } = settings;
  const file =
    settings.journal || path.join(dataRoot(), 'answers', `${data.name.replace(/[^\w-]+/g, '_')}.${name}.jsonl`);
  const journal = Journal.open(file);
  try {
    const open: Task[] = [];
    for (const index of images) {
      const hash = await imageHash(data.pool, index);
      const known = journal.find({
        image: hash,
        model: provider.model,
        prompt: prompt.hash,
        granularity: question,
        repetition: 0,
      });
      if (!known && !open.some((other) => other.hash === hash)) open.push({ index, hash, repetition: 0 });
    }
    const outcome = await annotate({
      data,
      provider,
      granularity: question,
      prompt,
      seed: 0,
      journal,
      price,
      secrets: [key],
      plan: { wanted: images.length, known: images.length - open.length, open },
      maxCost,
      ...(signal && { stop: signal }),
    });
    const lines = [...journal.lines].filter((line) => line.model === provider.model && line.prompt === prompt.hash);
    const answers = new JournalAnswers(lines, data, images);
    const [coarse, fine] = [await answers.groups(), await answers.level('fine')];
    const of = (labels: Int32Array | undefined): Int32Array => images.map((i) => labels?.[i] ?? MISSING);
    const given = {
      coarse: of(coarse?.labels),
      ...(fine && { fine: of(fine.labels), outside: Array.from(images, (i) => fine.outside?.[i] ?? '') }),
    };
    const missing = given.coarse.filter((answer) => answer === MISSING).length;
    const why = {
      cap: `maxCost ${maxCost} is reached`,
      signal: 'interrupted',
      quota: 'the quota is used up',
      down: 'it is down',
    };
    check(
      !missing,
      () =>
        `${name} gave no answer to ${missing} of ${images.length} images (${
          outcome.stopped ? why[outcome.stopped] : (outcome.failed[0]?.message ?? 'no reason given')
        }); what was answered is kept in ${file}: go on later, or raise maxCost`,
    );
    return given;
  } finally {
    await journal.close();
  }
}
