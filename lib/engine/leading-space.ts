import type { Engine } from '.';
import { columnMeans, matrix, rowsBetween, type Matrix } from './matrix';
import { applyPca, fitPca, type Pca } from './pca';
import { createRandom } from '../random';

/** A pool's leading directions, centred, of unit mean square over the pool. */
export interface Space {
  /** [n, D] -> [n, d] */
  apply(features: Matrix): Promise<Matrix>;
  /** The pool, [pool, d]. */
  readonly pool: Matrix;
}

/** More directions than this, on few labels, are noise to a mixture and to a network alike (photographs of Flowers-102). */
export const DIRECTIONS = 256;
/** Rows that directions are found from; more change nothing. */
const ENOUGH = 20_000;
const BLOCK = 8192;

/** By pool: the space of its last fit, asked for again in every round. */
const made = new WeakMap<Matrix, { readonly engine: Engine; readonly most: number; readonly space: Space }>();

/**
 * The space of a pool's features: its `most` leading principal components, or the features themselves where there are no
 * more. Kept as long as the pool is, whose numbers must not be changed.
 */
export async function spaceOf(pool: Matrix, engine: Engine, most = DIRECTIONS): Promise<Space> {
  const known = made.get(pool);
  if (known?.engine === engine && known.most === most) return known.space;
  const space = await makeSpace(pool, engine, most);
  made.set(pool, { engine, most, space });
  return space;
}

async function makeSpace(pool: Matrix, engine: Engine, most: number): Promise<Space> {
  const pca = await directionsOf(pool, engine, most);
  const apply = async (x: Matrix): Promise<Matrix> => {
    const out = matrix(x.rows, pca.directions?.columns ?? x.columns);
    for (let from = 0; from < x.rows; from += BLOCK) {
      const part = rowsBetween(x, from, Math.min(x.rows, from + BLOCK));
      const done = pca.directions ? await applyPca(pca as Pca, part, engine) : centred(part, pca);
      out.data.set(done.data, from * out.columns);
    }
    return out;
  };
  return { apply, pool: await apply(pool) };
}

type Directions = Omit<Pca, 'directions'> & { readonly directions?: Matrix };

async function directionsOf(pool: Matrix, engine: Engine, most: number): Promise<Directions> {
  if (pool.columns > most && pool.rows > 2) {
    const step = Math.ceil(pool.rows / ENOUGH);
    const some = matrix(Math.ceil(pool.rows / step), pool.columns);
    for (let i = 0; i < some.rows; i++) {
      const from = i * step * pool.columns;
      some.data.set(pool.data.subarray(from, from + pool.columns), i * pool.columns);
    }
    const k = Math.min(most, some.rows - 1);
    return fitPca(step > 1 ? some : pool, k, engine, createRandom(0).stream('mixture', 'space'));
  }
  const mean = columnMeans(pool);
  let squares = 0;
  for (let i = 0; i < pool.data.length; i++) squares += (pool.data[i]! - mean[i % pool.columns]!) ** 2;
  return { mean, scale: Math.sqrt(squares / pool.data.length) || 1 };
}

function centred(x: Matrix, { mean, scale }: Directions): Matrix {
  return matrix(
    x.rows,
    x.columns,
    x.data.map((value, at) => (value - mean[at % x.columns]!) / scale),
  );
}
