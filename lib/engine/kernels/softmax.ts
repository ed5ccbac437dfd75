import { constant, laneSum } from './lanes';

// The largest of x[0 .. n-1].
export function largest(x: usize, n: i32): f32 {
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
export function exponentials(x: usize, n: i32, most: f32): f32 {
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
export function dot(x: usize, y: usize, n: i32): f32 {
  const end4 = x + ((<usize>(n & ~3)) << 2);
  const end = x + ((<usize>n) << 2);
  let sums = f32x4.splat(0);
  for (; x < end4; x += 16, y += 16) sums = f32x4.add(sums, f32x4.mul(v128.load(x), v128.load(y)));
  let sum = laneSum(sums);
  for (; x < end; x += 4, y += 4) sum += load<f32>(x) * load<f32>(y);
  return sum;
}

// x[j] *= a, in place.
export function scale(x: usize, n: i32, a: f32): void {
  const end4 = x + ((<usize>(n & ~3)) << 2);
  const end = x + ((<usize>n) << 2);
  const factor = f32x4.splat(a);
  for (; x < end4; x += 16) v128.store(x, f32x4.mul(v128.load(x), factor));
  for (; x < end; x += 4) store<f32>(x, load<f32>(x) * a);
}

// x[j] *= a - b y[j], in place.
export function reweigh(x: usize, y: usize, n: i32, a: f32, b: f32): void {
  const end4 = x + ((<usize>(n & ~3)) << 2);
  const end = x + ((<usize>n) << 2);
  const as4 = f32x4.splat(a);
  const bs4 = f32x4.splat(b);
  for (; x < end4; x += 16, y += 16)
    v128.store(x, f32x4.mul(v128.load(x), f32x4.sub(as4, f32x4.mul(bs4, v128.load(y)))));
  for (; x < end; x += 4, y += 4) store<f32>(x, load<f32>(x) * (a - b * load<f32>(y)));
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
