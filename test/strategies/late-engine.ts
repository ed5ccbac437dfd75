import { createEngine, type Engine } from '../../lib/engine';

let made: Promise<Engine> | undefined;

/** The default engine, made when it is first asked for a product: for tests that cannot wait for it. */
export const lateEngine: Engine = {
  name: 'the default engine, late',
  product: async (a, b, options) => (await (made ??= createEngine())).product(a, b, options),
};
