import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { simulatedAnswers } from '../../inputs/annotators/simulate';
import { main } from '../../data-scripts/cli/command';
import { typefaces } from '../../inputs/datasets/typefaces';
import { experiment } from '../../lib/rounds/experiment';
import { runsOf, summarise } from '../../lib/study/statistics/runs';
import { mean } from '../../lib/numbers';
import { halfWidth } from '../../lib/study/statistics/spread';
import type { RoundRecord } from '../../lib/rounds/record';
import { features } from '../../inputs/features/store';
import { repositoryRoot } from '../../lib/root';

/**
 * What the guard does: weak-annotator on the typefaces with simulated annotators of several
 * accuracies, with and without the guard, against random purchases with the trusted coarse head. One line a finished run
 * goes to `--out`; started again, it goes on there. Then the table: mean area under the curve over the seeds, and paired
 * differences with 95 % intervals.
 */
const usage =
  'npx tsx test/bench/guard-study.ts [--seeds 3] [--from 0] [--rounds 3] [--minutes 5] [--out results/guard-study.jsonl]';

interface Line {
  /** Of the simulated annotator; undefined for `random`, which asks none. */
  readonly accuracy?: number | undefined;
  readonly guard: boolean;
  readonly seed: number;
  readonly rounds: number;
  /** Percent: area under the curve, and weak labels and kappa of the last round. */
  readonly area: number;
  readonly weak: number;
  readonly kappa?: number | undefined;
}

type Condition = Pick<Line, 'accuracy' | 'guard'>;

async function study(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '3' },
      from: { type: 'string', default: '0' },
      rounds: { type: 'string', default: '3' },
      minutes: { type: 'string', default: '5' },
      out: { type: 'string', default: path.join(repositoryRoot, 'results', 'guard-study.jsonl') },
    },
  });
  const [seeds, from, rounds] = [Number(values.seeds), Number(values.from), Number(values.rounds)];
  const data = await typefaces();
  const known = await features(data);
  const chance = 1 / data.hierarchy.coarse.length;
  const accuracies = [chance, 0.5, 0.75, 0.9, 1];
  const conditions: Condition[] = [
    { guard: false },
    ...accuracies.flatMap((accuracy) => [false, true].map((guard) => ({ accuracy, guard }))),
  ];
  mkdirSync(path.dirname(values.out), { recursive: true });
  const ends = performance.now() + 60_000 * Number(values.minutes);
  for (let seed = from; seed < from + seeds; seed++)
    for (const { accuracy, guard } of conditions) {
      const done = read(values.out).some(
        (line) => same(line, { accuracy, guard }) && line.seed === seed && line.rounds === rounds,
      );
      if (done || performance.now() > ends) continue;
      const answers = accuracy === undefined ? data.answers! : simulatedAnswers(data, { accuracy, seed });
      const strategy = accuracy === undefined ? 'random' : 'weak-annotator';
      const records: RoundRecord[] = [];
      const setup = {
        data: { ...data, answers },
        features: known,
        strategy,
        seed,
        rounds,
        budget: 100,
        noise: { guard },
      };
      for await (const record of experiment(setup)) records.push(record);
      const { area, trustedOnlyArea, weak } = summarise(runsOf(records)[0]!);
      const kappa = records[records.length - 1]!.kappa;
      const line: Line = {
        accuracy,
        guard,
        seed,
        rounds,
        area: accuracy === undefined ? trustedOnlyArea! : area,
        weak,
        kappa,
      };
      appendFileSync(values.out, `${JSON.stringify(line)}\n`);
      console.error(JSON.stringify(line));
    }
  table(
    read(values.out).filter((line) => line.rounds === rounds),
    conditions,
  );
}

const same = (a: Condition, b: Condition): boolean => a.accuracy === b.accuracy && a.guard === b.guard;

const read = (file: string): Line[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Line)
    : [];

function table(lines: readonly Line[], conditions: readonly Condition[]): void {
  const area = (of: Condition, seed: number): number | undefined =>
    lines.find((line) => same(line, of) && line.seed === seed)?.area;
  const difference = (a: Condition, b: Condition): string => {
    const values = [...new Set(lines.map(({ seed }) => seed))].flatMap((seed) => {
      const [one, two] = [area(a, seed), area(b, seed)];
      return one === undefined || two === undefined ? [] : [one - two];
    });
    if (!values.length) return '-';
    const spread = values.length > 1 ? ` ± ${halfWidth(values, 'ci95').toFixed(2)}` : '';
    return `${mean(values).toFixed(2)}${spread} (seeds: ${values.length})`;
  };
  const random = conditions[0]!;
  console.log(
    '| simulated annotator | guard | mean area | seeds | kappa | weak labels | against random + trusted | guard against none |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
  for (const condition of conditions) {
    const own = lines.filter((line) => same(line, condition));
    if (!own.length) continue;
    const { accuracy, guard } = condition;
    const cells = [
      accuracy === undefined ? 'none: random + trusted coarse head' : `right ${(100 * accuracy).toFixed(0)} %`,
      guard ? 'yes' : 'no',
      mean(own.map((line) => line.area)).toFixed(2),
      own.length,
      accuracy === undefined ? '' : mean(own.map((line) => line.kappa!)).toFixed(2),
      Math.round(mean(own.map((line) => line.weak))),
      accuracy === undefined ? '' : difference(condition, random),
      guard ? difference(condition, { accuracy, guard: false }) : '',
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

main(usage, study);
