import { takeRows, type Matrix } from '../engine/matrix';
import type { FittedModel } from '../model/learner';
import type { Query, StartContext } from '../strategies/strategy';
import { firstPurchases } from './first-round';
import { posteriorOf } from './held-out';
import type { Learning } from './learning';
import type { Ledger } from './ledger';
import { imageOf } from './material';
import type { SessionContext } from './session-context';
import type { AskedEvent } from './session-log';
import type { SessionState } from './session-state';

/**
 * Asks the strategy what to buy next. Nothing changes by it: the event does that.
 * @param budget the round's money, where it is not the usual one.
 */
export async function chooseNext(
  context: SessionContext,
  state: SessionState,
  learning: Learning,
  budget?: number,
): Promise<AskedEvent> {
  const started = performance.now();
  const { step } = state;
  const round = state.records.length;
  // the purse that the strategy sees holds the round's money; the event opens the round for good
  const purse = round < state.opened ? state.ledger : state.ledger.withNextRound(budget);
  const { purchases, utilities, improvement, continues } = await query(context, state, learning, purse);
  return {
    event: 'asked',
    round,
    ...(step && { step }),
    ...(continues && { continues }),
    purchases: purchases.map(({ row: at, level }) => {
      const value = utilities?.[level]?.[at];
      return { row: at, level, ...(value !== undefined && Number.isFinite(value) && { value }) };
    }),
    ...(budget !== undefined && { budget }),
    ...(improvement && { improvement }),
    selectMs: state.selectMs + Math.round(performance.now() - started),
  };
}

async function query(context: SessionContext, state: SessionState, learning: Learning, purse: Ledger): Promise<Query> {
  const { setup, material, random: ofSession } = context;
  const { strategy } = setup;
  const { pool, step } = state;
  const round = state.records.length;
  const matched = context.matched?.[round];
  const random = ofSession.stream('query', strategy.name, round, ...(step ? [step] : []));
  const stopped = state.stopped || (step > 0 && learning.isAtChance);
  const start: StartContext = {
    round,
    step,
    purse,
    random: random.stream('draw'),
    engine: material.engine,
    classes: material.data.hierarchy.fine.length,
    pool: stopped ? pool.withoutWeak() : pool,
    features: (rows) => takeRows(material.features.pool, rows),
    imageOf: (at) => imageOf(material, at),
    ...(matched && { matched }),
  };
  if (round === 0 && !pool.full().length) {
    if (strategy.start) return strategy.start(start);
    const left = pool.notFull();
    const order = ofSession
      .stream('start')
      .permutation(left.length)
      .map((i) => left[i]!);
    const counts = strategy.matches === undefined ? undefined : matched;
    return { purchases: firstPurchases(order, strategy.buys, purse, counts) };
  }
  const model = () => learning.model(stopped);
  const { fitting } = learning;
  return strategy.query({
    ...start,
    predict: async (rows) => (await model()).predict(takeRows(material.inputs.pool, rows)),
    hidden: async (rows) => hiddenOf(await model(), takeRows(material.inputs.pool, rows)),
    posterior: async (rows) => posteriorOf(await model(), material.inputs.pool, rows),
    information: async (rows) => (await model()).information?.(rows),
    members: async (rows, kind, count) => fitting.members(await model(), rows, kind, count, random.stream('members')),
    improvement: () => fitting.improvement(random.stream('improvement')),
  });
}

const hiddenOf = async (model: FittedModel, inputs: Matrix): Promise<Matrix> =>
  model.hidden ? model.hidden(inputs) : (await model.predict(inputs)).hidden;
