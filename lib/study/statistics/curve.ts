import { check } from '../../errors';

/** A learning curve: accuracy after spending so much, budgets ascending. */
export interface LearningCurve {
  readonly budget: readonly number[];
  readonly accuracy: readonly number[];
}

/**
 * Area under the learning curve over the budget axis, by the trapezium rule, divided by the budget's range: the mean
 * accuracy over the budget, in the accuracy's own unit. One round: its accuracy.
 */
export function areaUnderCurve(budget: readonly number[], accuracy: readonly number[]): number {
  checkCurve({ budget, accuracy });
  if (budget.length === 1) return accuracy[0]!;
  let area = 0;
  for (let i = 1; i < budget.length; i++)
    area += ((budget[i]! - budget[i - 1]!) * (accuracy[i]! + accuracy[i - 1]!)) / 2;
  return area / (budget[budget.length - 1]! - budget[0]!);
}

/** Accuracy at a budget, straight between the measured ones; undefined outside them: a curve is not extended. */
export function accuracyAtBudget({ budget, accuracy }: LearningCurve, at: number): number | undefined {
  checkCurve({ budget, accuracy });
  const next = budget.findIndex((value) => value >= at);
  if (next < 0 || at < budget[0]!) return undefined;
  if (budget[next] === at) return accuracy[next];
  const share = (at - budget[next - 1]!) / (budget[next]! - budget[next - 1]!);
  return accuracy[next - 1]! + share * (accuracy[next]! - accuracy[next - 1]!);
}

/**
 * The smallest budget at which the curve, straight between measured budgets, first reaches an accuracy; the first budget
 * if it is there already; undefined if it never gets there.
 */
export function budgetToReach({ budget, accuracy }: LearningCurve, target: number): number | undefined {
  checkCurve({ budget, accuracy });
  const first = accuracy.findIndex((value) => value >= target);
  if (first <= 0) return budget[first];
  const share = (target - accuracy[first - 1]!) / (accuracy[first]! - accuracy[first - 1]!);
  return budget[first - 1]! + share * (budget[first]! - budget[first - 1]!);
}

function checkCurve({ budget, accuracy }: LearningCurve): void {
  check(budget.length === accuracy.length && budget.length > 0, 'A learning curve needs as many budgets as accuracies');
  check(
    budget.every((value, i) => i === 0 || value > budget[i - 1]!),
    `A learning curve needs ascending budgets; got ${budget.join(', ')}`,
  );
}
