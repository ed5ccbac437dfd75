import { existsSync } from 'node:fs';
import { CUT_OFF } from '../inputs/annotators/provider';
import { annotate, type AnnotateInput, type Outcome } from '../inputs/annotators/annotate';
import { Journal, readJournal } from '../inputs/annotators/journal';
import { keyOf, latest, type AnswerKey, type JournalLine } from '../inputs/annotators/journal-line';
import { estimateTokens, planAnswers, reasonsOf, type Plan, type PlanInput } from '../inputs/annotators/plan';
import { costOf, dollars, type Price } from '../inputs/annotators/price';
import type { Waiting } from '../inputs/annotators/patience';
import { duration } from '../lib/duration';
import { main, UsageError } from './cli/command';
import { progressLine } from '../notebooks/kit/progress-line';
import { importPublished } from './annotate/import';
import { numeric, prepare, readOptions, readSynonyms, required, usage } from './annotate/options';

/** Asks an annotator about a data set's pool images, and keeps every answer in a journal. */
async function run(): Promise<void> {
  const options = readOptions();
  if (options.import) return importPublished(options);
  const { asked, price, secrets } = await prepare(options);
  const { maxCost } = numeric(options, 'max-cost', 'maxCost');
  if (maxCost !== undefined && !price)
    throw new UsageError(`${unknownPrice(asked.provider.model)}, or --max-cost cannot be kept`);
  if (options['dry-run']) {
    await announce(asked, options.out && existsSync(options.out) ? readJournal(options.out).lines : [], price);
    console.log(asked.prompt.text);
    for (const { label, height, width } of asked.prompt.examples)
      console.log(`Example of ${label}: a picture of ${width} x ${height}`);
    return;
  }
  const journal = Journal.open(required(options, 'out'));
  try {
    journal.warnings.forEach((warning) => console.error(warning));
    const plan = await announce(asked, [...journal.lines], price);
    const { seconds } = numeric(options, 'timeout', 'seconds');
    const outcome = await buy({
      ...asked,
      journal,
      price,
      secrets,
      plan,
      rate: { ...numeric(options, 'rpm', 'requests'), ...numeric(options, 'tpm', 'tokens') },
      ...(maxCost !== undefined && { maxCost }),
      ...numeric(options, 'concurrency', 'concurrency'),
      ...(seconds !== undefined && { patience: { timeoutMs: 1000 * seconds } }),
      ...(options.synonyms && { synonyms: readSynonyms(options.synonyms) }),
    });
    tell(outcome, journal.file, reasonsOf(asked, journal.lines));
  } finally {
    await journal.close();
  }
}

/** Says what is going to be asked, and about what it will cost. */
async function announce(
  asked: Omit<PlanInput, 'find'>,
  lines: readonly JournalLine[],
  price: Price | undefined,
): Promise<Plan> {
  const { data, provider, granularity } = asked;
  const known = latest(lines);
  const input = { ...asked, find: (key: AnswerKey) => known.get(keyOf(key)) };
  const plan = await planAnswers(input);
  const { tokens, measured } = await estimateTokens(input, plan, lines);
  const cost = costOf(tokens, price);
  const source = measured ? `as measured on ${measured} answers` : 'estimated';
  console.error(
    `${data.title}\n${provider.name}, model ${provider.model}: ${plan.wanted} ${granularity === 'both' ? 'answers (group and class)' : `${granularity} answers`}`,
  );
  console.error(`${plan.known} are in the journal, ${plan.open.length} are to be asked for`);
  console.error(
    `about ${tokens.input} tokens in and ${tokens.output} out (${source}); ` +
      (cost === undefined ? unknownPrice(provider.model) : `about ${dollars(cost)}`),
  );
  return plan;
}

const unknownPrice = (model: string): string => `the price of ${model} is not known: give it by --price IN,OUT`;

/** Annotates with progress. The first interrupt ends it cleanly, a second one at once. */
async function buy(input: AnnotateInput & { plan: Plan }): Promise<Outcome> {
  const interrupt = new AbortController();
  const stop = (): void => {
    console.error('\nStopping: answers under way are waited for, up to 5 s; all that came are in the journal');
    interrupt.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const line = progressLine(input.plan.open.length, 'answers');
  const start = performance.now();
  const onProgress = (outcome: Outcome): void => {
    const done = outcome.answered + outcome.outside + outcome.refused + outcome.failed.length;
    const rate = `${((1000 * done) / (performance.now() - start)).toFixed(1)} a second`;
    line.update(done, [rate, dollars(outcome.cost), shares(outcome)].filter(Boolean).join(' · '));
  };
  return annotate({ ...input, stop: interrupt.signal, onProgress, onWait: waitingWords() });
}

/** Says that the service is waited for: what it said and how long, at once and then every ten seconds at the most. */
function waitingWords(): (waiting: Waiting) => void {
  const { isTTY } = process.stderr;
  let last = -Infinity;
  return ({ message, ms }) => {
    if (performance.now() - last < 10_000) return;
    last = performance.now();
    console.error(`${isTTY ? '\r\x1b[K' : ''}${message}; asking again in ${duration(Math.max(1, ms / 1000))}`);
  };
}

const shares = ({ outside, refused, failed }: Outcome): string =>
  Object.entries({ outside, refused, failed: failed.length })
    .flatMap(([name, count]) => (count ? [`${count} ${name}`] : []))
    .join(', ');

/** The end in words; exit code 1 where images got no answer or the run was cut short, 130 after an interrupt. */
function tell(outcome: Outcome, file: string, reasons: readonly (readonly [string, number])[]): void {
  const { wanted, known, answered, outside, refused, failed, cost, stopped } = outcome;
  const open = wanted - known - answered - outside - refused;
  console.log(
    `${answered} answered, ${outside} outside the list, ${refused} refused; ${dollars(cost)} altogether: ${file}`,
  );
  if (reasons.length) {
    const words = reasons.map(([reason, count]) => `${count} ${reason}`).join('; ');
    console.error(`No usable answer in the journal: ${words}. --again refused,outside asks once more (and pays again)`);
  }
  if (reasons.some(([reason]) => reason === CUT_OFF))
    console.error('Answers cut off are asked for again under a larger --max-output-tokens');
  if (failed.length) console.error(`${failed.length} got no answer, the last one: ${failed.at(-1)!.message}`);
  if (stopped && stopped !== 'signal') console.error(endings[stopped]);
  if (open)
    console.error(`${open} are left: run the same command again, no answer is paid for twice unless by --again`);
  if (open) process.exitCode = stopped === 'signal' ? 130 : 1;
}

const endings = {
  cap: 'The spending cap was reached: raise --max-cost to go on',
  quota: 'The quota is used up: the run ends here, go on when it is renewed',
  down: 'The service answers nobody: the run ends here',
};

main(usage, run);
