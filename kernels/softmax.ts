import { constant, laneSum } from './lanes';

// Softmax of every row of z, in place; a row begins `stride` numbers after the one before.
export function softmax(z: usize, stride: i32, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++) {
    const sum = exponentials(z, columns, largest(z, columns));
    scale(z, columns, 1 / sum);
    z += (<usize>stride) << 2;
  }
}

// The losses of all rows of logits z, `stride` numbers apart, added up; overwrites the rows with the gradient. Row i's is
// weights[i] * -log p[labels[i]] + answerWeights[i] * -log sum_j p[j] y[j], y at the byte offset likelihoods[i]; a weight
// of 0: no such label, which may be any from 0 on. Rows of label -1 are left as they are.
export function crossEntropy(
  z: usize,
  stride: i32,
  rows: i32,
  columns: i32,
  labels: usize,
  weights: usize,
  likelihoods: usize,
  answerWeights: usize,
): f64 {
  let loss: f64 = 0;
  for (let i: usize = 0, end = (<usize>rows) << 2; i < end; i += 4) {
    const label = load<i32>(labels + i);
    if (label >= 0)
      loss += rowLoss(
        z,
        columns,
        z + ((<usize>label) << 2),
        load<f32>(weights + i),
        <usize>load<u32>(likelihoods + i),
        load<f32>(answerWeights + i),
      );
    z += (<usize>stride) << 2;
  }
  return loss;
}

function rowLoss(z: usize, columns: i32, label: usize, weight: f32, likelihood: usize, answerWeight: f32): f64 {
  if (weight == 0 && answerWeight == 0) {
    memory.fill(z, 0, (<usize>columns) << 2);
    return 0;
  }
  const most = largest(z, columns);
  const margin: f64 = weight == 0 ? 0 : <f64>most - <f64>load<f32>(label);
  const sum = exponentials(z, columns, most);
  let loss = (<f64>weight + <f64>answerWeight) * Math.log(<f64>sum) + <f64>weight * margin;
  if (answerWeight == 0) scale(z, columns, weight / sum);
  else {
    const likely = dot(z, likelihood, columns);
    loss -= <f64>answerWeight * Math.log(<f64>likely);
    towardsAnswer(z, likelihood, columns, weight, answerWeight, sum, likely);
  }
  if (weight != 0) store<f32>(label, load<f32>(label) - weight);
  return loss;
}

// The largest of x[0 .. n-1].
function largest(x: usize, n: i32): f32 {
  const end4 = x + ((<usize>(n & ~3)) << 2);
  const end = x + ((<usize>n) << 2);
  let most = f32x4.splat(-Infinity);
  for (; x < end4; x += 16) most = f32x4.pmax(most, v128.load(x)); // a < b ? b : a, one instruction
  let result = max<f32>(
    max<f32>(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max<f32>(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
  for (; x < end; x += 4) result = max<f32>(result, load<f32>(x));
  return result;
}

// x = exp(x - most), in place; returns the sum.
function exponentials(x: usize, n: i32, most: f32): f32 {
  const end4 = x + ((<usize>(n & ~3)) << 2);
  const end = x + ((<usize>n) << 2);
  const shift = f32x4.splat(most);
  let sums = f32x4.splat(0);
  for (; x < end4; x += 16) {
    const e = exp4(f32x4.sub(v128.load(x), shift));
    v128.store(x, e);
    sums = f32x4.add(sums, e);
  }
  let sum = laneSum(sums);
  for (; x < end; x += 4) {
    const e = f32x4.extract_lane(exp4(f32x4.splat(load<f32>(x) - most)), 0);
    store<f32>(x, e);
    sum += e;
  }
  return sum;
}

// sum_j x[j] y[j].
function dot(x: usize, y: usize, n: i32): f32 {
  const end4 = x + ((<usize>(n & ~3)) << 2);
  const end = x + ((<usize>n) << 2);
  let sums = f32x4.splat(0);
  for (; x < end4; x += 16, y += 16) sums = f32x4.add(sums, f32x4.mul(v128.load(x), v128.load(y)));
  let sum = laneSum(sums);
  for (; x < end; x += 4, y += 4) sum += load<f32>(x) * load<f32>(y);
  return sum;
}

// x[j] *= a, in place.
function scale(x: usize, n: i32, a: f32): void {
  const end4 = x + ((<usize>(n & ~3)) << 2);
  const end = x + ((<usize>n) << 2);
  const factor = f32x4.splat(a);
  for (; x < end4; x += 16) v128.store(x, f32x4.mul(v128.load(x), factor));
  for (; x < end; x += 4) store<f32>(x, load<f32>(x) * a);
}

// From e = exp(logits) to the gradient without the label's part, in place: x[j] = w p[j] + a (p[j] - r[j]), where p = e / sum
// and r = e y / likely. In this form: where the model is sure, p and r are both exactly 1 or 0, and a (p - r) is exactly
// 0. The rounding error of a p - a r would be a gradient that Adam follows at its full rate.
function towardsAnswer(x: usize, y: usize, n: i32, w: f32, a: f32, sum: f32, likely: f32): void {
  const end4 = x + ((<usize>(n & ~3)) << 2);
  const end = x + ((<usize>n) << 2);
  const w4 = f32x4.splat(w);
  const a4 = f32x4.splat(a);
  const sum4 = f32x4.splat(sum);
  const likely4 = f32x4.splat(likely);
  for (; x < end4; x += 16, y += 16) {
    const e = v128.load(x);
    const p = f32x4.div(e, sum4);
    const r = f32x4.div(f32x4.mul(e, v128.load(y)), likely4);
    v128.store(x, f32x4.add(f32x4.mul(w4, p), f32x4.mul(a4, f32x4.sub(p, r))));
  }
  for (; x < end; x += 4, y += 4) {
    const e = load<f32>(x);
    const p = e / sum;
    store<f32>(x, w * p + a * (p - (e * load<f32>(y)) / likely));
  }
}

// exp for x <= 0, to about 1e-7 relative; 0 below -80, so that no denormal numbers slow down what follows.
// x = k ln 2 + r, |r| <= ln 2 / 2; exp(r) by the degree-6 minimax polynomial of Cephes' expf (S. Moshier). Adding
// 1.5 * 2^23 rounds to a whole number and leaves it in the low bits, from where it is shifted into the exponent.
function exp4(x: v128): v128 {
  const rounded = f32x4.add(f32x4.mul(x, constant(EXP, 0)), constant(EXP, 1));
  const k = f32x4.sub(rounded, constant(EXP, 1));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(k, constant(EXP, 2))), f32x4.mul(k, constant(EXP, 3)));
  let p = f32x4.add(f32x4.mul(constant(EXP, 4), r), constant(EXP, 5));
  p = f32x4.add(f32x4.mul(p, r), constant(EXP, 6));
  p = f32x4.add(f32x4.mul(p, r), constant(EXP, 7));
  p = f32x4.add(f32x4.mul(p, r), constant(EXP, 8));
  p = f32x4.add(f32x4.mul(p, r), constant(EXP, 9));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), constant(EXP, 10));
  const power = i32x4.add(i32x4.shl(rounded, 23), constant(EXP, 10)); // the bits of 2^k: of 1, and k in the exponent
  return v128.and(f32x4.mul(p, power), f32x4.gt(x, constant(EXP, 11)));
}

const EXP = memory.data<f32>([
  1.44269504088896341, 12582912, 0.693359375, -2.1219444e-4, 1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3,
  4.1665795894e-2, 0.16666665459, 0.50000001201, 1, -80,
]);
