import type { Matrix } from '../../engine/matrix';
import { check, InputError } from '../../errors';
import { checkCorrection, type CorrectionOptions } from '../../noise/corrections';
import type { Batch, NetworkShape } from '../network';

/** The kernels write where the sizes tell them to, so every size and label is checked before. All throw an InputError. */

export function checkShape({ tiedTo, ...sizes }: NetworkShape): void {
  for (const [name, size] of Object.entries(sizes))
    check(Number.isInteger(size) && size > 0, `Unexpected network size: ${name} ${size}; expected a positive integer`);
  if (!tiedTo) return;
  check(tiedTo.length === sizes.fine, `Unexpected tie: ${tiedTo.length} groups given for ${sizes.fine} fine classes`);
  for (const group of tiedTo)
    check(
      group >= 0 && group < sizes.coarse,
      `Unexpected group in tiedTo: ${group}; expected 0 .. ${sizes.coarse - 1}`,
    );
}

export function checkTransition(
  transition: Matrix | undefined,
  { fine, coarse }: NetworkShape,
  { correction = 'forward', classTransition }: CorrectionOptions = {},
): void {
  checkCorrection(correction);
  if (!transition) return;
  const { rows, columns } = transition;
  check(
    rows === coarse && columns >= coarse,
    `Unexpected transition matrix: ${rows} x ${columns}; expected a row for each of ${coarse} groups and as many columns or more`,
  );
  check(
    !classTransition || (classTransition.rows === fine && classTransition.columns === columns),
    () =>
      `Unexpected transition matrix per class: ${classTransition?.rows} x ${classTransition?.columns}; ` +
      `expected ${fine} x ${columns}`,
  );
}

export function checkInputs(inputs: Matrix, features: number): void {
  check(inputs.columns === features, `Unexpected inputs: ${inputs.columns} features a row; expected ${features}`);
}

export function checkBatch(batch: Batch, { features, hidden, fine, coarse }: NetworkShape, transition?: Matrix): void {
  const n = batch.inputs.rows;
  checkInputs(batch.inputs, features);
  const { mask } = batch;
  if (mask)
    check(
      mask.rows === n && mask.columns === hidden,
      `Unexpected mask: ${mask.rows} x ${mask.columns}; expected ${n} rows of ${hidden} hidden units`,
    );
  for (const name of ['fineLabels', 'fineWeights', 'coarseLabels', 'coarseWeights', 'corrected'] as const)
    check(batch[name].length === n, () => `Unexpected ${name}: ${batch[name].length} entries for ${n} rows`);
  for (let i = 0; i < n; i++) {
    const answers = transition && batch.corrected[i] ? transition.columns : coarse;
    if (!allowed(batch.fineLabels[i]!, batch.fineWeights[i]!, fine)) refuse('fine', i, fine);
    if (!allowed(batch.coarseLabels[i]!, batch.coarseWeights[i]!, answers)) refuse('coarse', i, answers);
  }

  function refuse(level: 'fine' | 'coarse', i: number, classes: number): never {
    const [label, weight] = [batch[`${level}Labels`][i], batch[`${level}Weights`][i]];
    throw new InputError(
      `Unexpected ${level} label of row ${i}: ${label}, weight ${weight}; expected 0 .. ${classes - 1}, or weight 0`,
    );
  }
}

const allowed = (label: number, weight: number, classes: number): boolean =>
  weight === 0 || (label >= 0 && label < classes);
