import { parseArgs } from 'node:util';
import { UsageError } from '../cli/command';
import { numberIn, type Range } from '../cli/number';
import { trainers, type TrainerName } from '../../lib/model/network-factory';
import { strategies } from '../../lib/strategies/registry';
import { splitSpecs } from '../../lib/choices/spec';
import { readGridFile, type GridFile } from './config-file';
import type { GridSetup, Shard } from '../../lib/study/grid';

/** What the command was asked to do. */
export interface Request {
  readonly grid: GridFile;
  readonly out: string;
  readonly workers?: number;
  readonly shard?: Shard;
  readonly merge?: readonly string[];
  /** Write a CSV file beside the records when all is done; alone: of what is there. */
  readonly csv?: boolean;
  /** Write a page of findings beside the records. */
  readonly report: boolean;
  /** Send the grid to a cluster, as so many jobs. */
  readonly submit?: { readonly jobs: number; readonly wait: boolean };
}

/** @throws UsageError or InputError naming the option and what it may be. */
export function parseRequest(options: readonly string[]): Request {
  const { values, positionals } = parseArgs({
    args: [...options],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      dataset: { type: 'string' },
      extractor: { type: 'string' },
      learner: { type: 'string' },
      trainer: { type: 'string' },
      noise: { type: 'string' },
      annotator: { type: 'string' },
      question: { type: 'string' },
      validation: { type: 'string' },
      strategies: { type: 'string' },
      seeds: { type: 'string' },
      rounds: { type: 'string' },
      budget: { type: 'string' },
      'weak-price': { type: 'string' },
      'weak-cost': { type: 'string' },
      out: { type: 'string' },
      workers: { type: 'string' },
      shard: { type: 'string' },
      merge: { type: 'string', multiple: true },
      export: { type: 'string' },
      report: { type: 'boolean', default: false },
      submit: { type: 'string' },
      jobs: { type: 'string', default: '10' },
      'no-wait': { type: 'boolean', default: false },
    },
  });
  const empty = Object.entries(values).find(([, value]) => value === '');
  if (empty) throw new UsageError(`--${empty[0]} is empty; expected a value`);
  const { out, workers, shard, merge, submit } = values;
  if (!out) throw new UsageError('Expected --out DIR, the folder that keeps the results');
  if (positionals.length && !merge) throw new UsageError(`Unexpected "${positionals[0]}"`);
  if (submit !== undefined && submit !== 'slurm') throw new UsageError(`Unexpected --submit ${submit}; expected slurm`);
  const given: GridFile = {
    ...(values.dataset && { dataset: values.dataset }),
    ...(values.extractor && { extractor: values.extractor }),
    ...(values.learner && { learner: values.learner }),
    ...(values.noise && { noise: values.noise }),
    ...(values.annotator && { annotator: values.annotator }),
    ...(values.question && { question: question(values.question) }),
    ...(values.validation && { validation: numberIn('validation', values.validation, { whole: true, from: 0 }) }),
    ...(values.trainer && { trainer: trainer(values.trainer) }),
    ...(values.strategies && { strategies: strategyList(values.strategies) }),
    ...(values.seeds && { seeds: seeds(values.seeds) }),
    ...(values.rounds && { rounds: numberIn('rounds', values.rounds, positive) }),
    ...(values.budget && { budget: numberIn('budget', values.budget, { above: 0 }) }),
  };
  const file: GridFile = values.config ? readGridFile(values.config) : {};
  const [price, older] = [values['weak-price'], values['weak-cost']];
  if (price && older) throw new UsageError('--weak-cost is another word for --weak-price; give one of them');
  const weak = price ? numbers('weak-price', price) : older && numbers('weak-cost', older);
  return {
    grid: { ...file, ...given, ...(weak && { prices: { ...file.prices, weak } }) },
    out,
    report: values.report,
    ...(workers && { workers: numberIn('workers', workers, positive) }),
    ...(shard && { shard: shardIn(shard) }),
    ...(merge && { merge: [...merge, ...positionals] }),
    ...(values.export && { csv: isCsv(values.export) }),
    ...(submit && { submit: { jobs: numberIn('jobs', values.jobs, positive), wait: !values['no-wait'] } }),
  };
}

function trainer(name: string): TrainerName {
  const known = trainers.find((trainer) => trainer === name);
  if (!known) throw new UsageError(`Unexpected --trainer ${name}; expected one of ${trainers.join(', ')}`);
  return known;
}

function isCsv(format: string): true {
  if (format !== 'csv') throw new UsageError(`Unexpected --export ${format}; expected csv`);
  return true;
}

/** @throws UsageError naming the first part of a grid that nobody gave. */
export function completeGrid(file: GridFile): GridSetup {
  const { dataset, strategies, seeds, rounds, budget } = file;
  if (!dataset) throw missing('dataset', 'NAME');
  if (!strategies) throw missing('strategies', 'a,b,c (or all)');
  if (seeds === undefined) throw missing('seeds', 'N');
  if (rounds === undefined) throw missing('rounds', 'N');
  if (budget === undefined) throw missing('budget', 'MONEY');
  return { ...file, dataset, strategies, seeds, rounds, budget };
}

const missing = (name: string, value: string): UsageError =>
  new UsageError(`Expected --${name} ${value}, or "${name}" in the --config file`);

const strategyList = (text: string): string[] =>
  text === 'all' ? strategies.map(({ name }) => name) : splitSpecs(text);

const positive: Range = { whole: true, from: 1 };

const items = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

function question(text: string): 'coarse' | 'fine' | 'both' {
  if (text === 'coarse' || text === 'fine' || text === 'both') return text;
  throw new UsageError(`Unexpected --question ${text}; expected coarse, fine or both`);
}

const numbers = (name: string, text: string): number[] => items(text).map((item) => numberIn(name, item, { above: 0 }));

/** "10": seeds 0 to 9. "3,4,7", or "7,": these. */
function seeds(text: string): number | number[] {
  const listed = items(text).map(Number);
  if (!listed.length || !listed.every((seed) => Number.isInteger(seed) && seed >= 0))
    throw new UsageError(`Unexpected --seeds ${text}; expected their number, or a list: 0,1,2`);
  return text.includes(',') ? listed : numberIn('seeds', text, positive);
}

function shardIn(text: string): Shard {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (!index || !of) throw new UsageError(`Unexpected --shard ${text}; expected i/n, e.g. 1/4`);
  return { index: Number(index), of: Number(of) };
}
