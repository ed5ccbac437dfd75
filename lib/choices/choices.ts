import { check } from '../errors';
import { isFile, loadFromFile } from './from-file';
import { complete, type Given, type Options, type OptionValue, type Values } from './options';
import { canonicalSpec, parseSpec } from './spec';

/** What every choice has: the name that records and figures call it by, options that are not at their defaults included. */
export interface Named {
  readonly name: string;
}

/** One of the things that can be chosen, as lists show it, and its maker. */
export interface Entry<T extends Named, O extends Options = Options> {
  readonly name: string;
  /** One line. */
  readonly description: string;
  /** Paper, section; "own" where there is none. */
  readonly source: string;
  readonly options: O;
  /** @throws InputError for an option that it has not, or a value that cannot be. */
  create(options?: Partial<Values<O>>): T;
}

/** What a `define...` helper is given; everything but the name and the work may be left out. */
export type Definition<T extends Named, O extends Options> = Partial<Omit<Entry<T, O>, 'create' | 'name'>> &
  Pick<Entry<T, O>, 'name'> & {
    /** @param given the options that are not left at their defaults by being left out. */
    create(values: Values<O>, given: Partial<Values<O>>): Omit<T, 'name'>;
  };

/** An entry whose `create` checks and completes the options, and names what it makes by its canonical spec. */
export function define<T extends Named, O extends Options>(kind: string, definition: Definition<T, O>): Entry<T, O> {
  const { name, description = `own ${kind}`, source = 'own', options = {} as O } = definition;
  const create = (given: Given = {}): T => {
    const values = complete(`${kind} "${name}"`, options, given);
    return {
      ...definition.create(values, given as Partial<Values<O>>),
      name: canonicalSpec(name, options, values),
    } as unknown as T;
  };
  return { name, description, source, options, create };
}

/** What can be given where one of a kind is chosen: a name or spec, a file, the thing itself, or its entry. */
export type Choice<T extends Named> = string | T | Entry<T, any>; // eslint-disable-line @typescript-eslint/no-explicit-any

/** What a choice came to. */
export interface Chosen<T extends Named> {
  readonly value: T;
  /** Where it came from a file: a hash of the file and of what it imports beside the library, hexadecimal. */
  readonly code?: string;
}

/** An entry in words, for lists. */
export interface Card extends Pick<Entry<Named>, 'name' | 'description' | 'source'> {
  readonly options: readonly {
    readonly name: string;
    readonly default: OptionValue;
    readonly description: string;
    readonly accepts: string;
  }[];
}

/** All that can be named of one kind, and the way from what a caller gives to the thing itself. */
export class Choices<T extends Named, E extends Entry<T> = Entry<T>> {
  /**
   * @param kind in words: "strategy", "noise model".
   * @param isOne whether a value is one of this kind, as a file may export it.
   */
  constructor(
    readonly kind: string,
    readonly entries: readonly E[],
    private readonly isOne: (value: object) => boolean,
  ) {}

  /**
   * The choice that a name or spec stands for, an entry's with its defaults, or the object itself.
   * @throws InputError naming the known ones, or what a value may be; for a file, which only {@link load} reads.
   */
  get(choice: Choice<T>): T {
    if (typeof choice === 'string') {
      const { name, options } = parseSpec(choice, this.kind);
      return this.entry(name).create(options);
    }
    return this.fromValue(choice, `the given ${this.kind}`);
  }

  /**
   * As {@link get}, and from a file too: `./mine.ts` or `./mine.ts(option=value)`, which exports one thing of this kind
   * or its entry; paths are relative to the current folder.
   * @throws InputError for a file that cannot be loaded, that exports none or several, or one of a built-in's name.
   */
  load(choice: Choice<T>): Chosen<T> {
    if (typeof choice !== 'string' || !isFile(choice)) return { value: this.get(choice) };
    const { exported, options, code, file } = loadFromFile(choice, (value) =>
      this.isOne(isEntry(value) ? value.create() : value),
    );
    check(
      exported.length === 1,
      `${file} exports ${exported.length || 'no'} ${this.kind}${exported.length > 1 ? ' objects' : ''}; ` +
        'expected exactly one, as its default export or its only one',
    );
    const value = this.fromValue(exported[0] as T | Entry<T>, file, options);
    const builtIn = this.entries.some(({ name }) => name === parseSpec(value.name, this.kind).name);
    check(!builtIn, `${file} calls its ${this.kind} "${value.name}", which is the name of a built-in one; rename it`);
    return { value, code };
  }

  /** The entry of that name. @throws InputError naming the known ones. */
  entry(name: string): E {
    const found = this.entries.find((known) => known.name === name);
    const known = this.entries.map((entry) => entry.name).join(', ');
    check(found, `Unknown ${this.kind}: "${name}"; expected one of ${known}, or a file (./mine.ts)`);
    return found;
  }

  private fromValue(value: T | Entry<T>, where: string, options: Given = {}): T {
    const made = isEntry(value) ? value.create(options) : value;
    check(
      typeof made === 'object' && made !== null && this.isOne(made) && typeof made.name === 'string',
      `Unexpected ${this.kind}: ${where} is not what its define... helper returns; export that`,
    );
    check(
      isEntry(value) || !Object.keys(options).length,
      `${where} takes no options; export what define... returns to have some`,
    );
    return made;
  }
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
const isEntry = (value: object): value is Entry<Named, any> => 'create' in value && typeof value.create === 'function';

/** An entry in words. */
export function entryCard({ name, description, source, options }: Entry<Named>): Card {
  return {
    name,
    description,
    source,
    options: Object.entries(options).map(([option, { default: preset, description: words, accepts }]) => ({
      name: option,
      default: preset,
      description: words,
      accepts,
    })),
  };
}
