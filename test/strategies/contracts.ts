import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { StrategyEntry } from '../../lib/strategies/define';

/** What the contract suite holds a strategy to beyond what holds for all. */
export interface Contract {
  /**
   * What follows when the pool is permuted: `all`: every pick; `first`: the first pick, the others being drawn; else
   * nothing, and why not.
   */
  readonly permuted: 'all' | 'first' | { readonly no: string };
  /** It need not spend all it can: why not. */
  readonly leaves?: string;
}

const drawn = { no: 'uniform draws go by the row, so another row gets them' };

export const contracts: Readonly<Record<string, Contract>> = {
  random: { permuted: drawn },
  entropy: { permuted: 'all' },
  margin: { permuted: 'all' },
  'least-confidence': { permuted: 'all' },
  coreset: { permuted: 'all' },
  bald: { permuted: 'all' },
  badge: { permuted: 'first' },
  typiclust: {
    permuted: { no: 'k-means begins with drawn points; what follows from its clusters is tested by itself' },
  },
  isoal: { permuted: 'first' },
  'fixed-ratio': { permuted: drawn },
  'adaptive-ratio': { permuted: drawn },
  'weak-first': { permuted: drawn },
  'weak-annotator': { permuted: 'first' },
  'weak-annotator-plus': {
    permuted: { no: "the answers to trusted images come first, in the pool's order; what follows is badge's" },
  },
  'matched-random': { permuted: drawn, leaves: 'what the run that it follows left' },
  'matched-margin': { permuted: drawn, leaves: 'what the run that it follows left' },
};

const camelCase = (name: string): string => name.replace(/-./g, (part) => part[1]!.toUpperCase());

/** The strategy's own file; empty where there is none. */
export function sourceOf(name: string): string {
  try {
    return readFileSync(path.join(__dirname, '../../lib/strategies', `${name}.ts`), 'utf8');
  } catch {
    return '';
  }
}

/** What keeps an entry from being registered: every missing word, test and file. */
export function faultsOf(entry: StrategyEntry, source = sourceOf(entry.name)): string[] {
  const { name, description, source: paper, buys, options } = entry;
  const docstring = new RegExp(`/\\*\\*(?:[^*]|\\*(?!/))*\\*/\\nexport const ${camelCase(name)} = defineStrategy\\(`);
  const faults: [boolean, string][] = [
    [!Object.hasOwn(contracts, name), 'no contract run: add it to test/strategies/contracts.ts'],
    [!/^[a-z]+(-[a-z]+)*$/.test(name), 'a name that cannot be written in a spec'],
    [description.length < 10 || description.includes('\n'), 'no description of one line'],
    [paper.length < 5, 'no source'],
    [!buys.length, 'buys nothing'],
    [!source, `no file lib/strategies/${name}.ts`],
    [!docstring.test(source), 'no docstring before its definition'],
    [(docstring.exec(source)?.[0].length ?? 0) < 100, 'a docstring that says nothing'],
  ];
  for (const [key, option] of Object.entries(options)) {
    faults.push([option.description.length < 8, `option ${key}: not described`]);
    faults.push([!option.accepts, `option ${key}: does not say what it may be`]);
    faults.push([option.parse(String(option.default)) !== option.default, `option ${key}: refuses its own default`]);
  }
  return faults.filter(([wrong]) => wrong).map(([, fault]) => fault);
}
