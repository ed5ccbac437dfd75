import { buyFull, spread, type Strategy } from './strategy';

/** Full labels of images drawn uniformly: what every other strategy must beat. */
export const random = (): Strategy => ({
  name: 'random',
  async query({ pool, purse, random }) {
    const candidates = pool.notFull();
    const draws = Float64Array.from(candidates, () => random.uniform());
    const order = Array.from(candidates.keys()).sort((a, b) => draws[b]! - draws[a]!);
    const picks = order.slice(0, purse.affords('full')).map((i) => candidates[i]!);
    return { purchases: buyFull(picks), utilities: { full: spread(pool.size, candidates, draws) } };
  },
});
