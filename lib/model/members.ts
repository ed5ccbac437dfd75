import type { Engine } from '../engine';
import { matrix, softmaxRows, type Matrix } from '../engine/matrix';
import { check } from '../errors';
import type { Random } from '../random';
import type { FittedModel } from './learner';
import type { TrainedModel } from './trained-model';

/**
 * What `count` networks say of feature rows, as fine probabilities [n, K], that differ from the trained one by a dropout
 * mask on the shared layer each, the same for all rows: samples of the network's approximate posterior (Gal and
 * Ghahramani, ICML 2016). `rate`: share of the units dropped, the training's own.
 * @throws InputError where there is no dropout: all members would agree.
 */
export async function dropoutMembers(
  model: TrainedModel,
  features: Matrix,
  { count, rate }: { readonly count: number; readonly rate: number },
  random: Random,
  engine: Engine,
): Promise<Matrix[]> {
  check(rate > 0, 'Dropout members need dropout; set training.dropout above 0, or take an ensemble');
  const { hidden } = await model.predict(features);
  const { weights, bias } = model.fineHead;
  const members: Matrix[] = [];
  for (let member = 0; member < count; member++) {
    const draws = random.stream('mask', member);
    const masked = matrix(weights.rows, weights.columns, weights.data.slice());
    for (let unit = 0; unit < weights.rows; unit++) {
      const factor = draws.uniform() < rate ? 0 : 1 / (1 - rate);
      const from = unit * weights.columns;
      for (let at = from; at < from + weights.columns; at++) masked.data[at]! *= factor;
    }
    members.push(softmaxRows(await engine.product(hidden, masked, { bias })));
  }
  return members;
}

/** Fine probabilities [n, K] by `count` models fitted apart, which are freed again. */
export async function ensembleMembers(
  fit: (random: Random) => Promise<FittedModel>,
  features: Matrix,
  count: number,
  random: Random,
): Promise<Matrix[]> {
  const members: Matrix[] = [];
  for (let member = 0; member < count; member++) {
    const model = await fit(random.stream('member', member));
    members.push((await model.predict(features)).fine);
    model.dispose();
  }
  return members;
}
