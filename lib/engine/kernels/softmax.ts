// The largest of x[0 .. n-1].
export function largest(x: usize, n: i32): f32 {
  const n4 = n & ~3;
  let most = f32x4.splat(-Infinity);
  let i = 0;
  for (; i < n4; i += 4) most = f32x4.max(most, v128.load(x + ((<usize>i) << 2)));
  let result = max<f32>(
    max<f32>(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max<f32>(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
  for (; i < n; i++) result = max<f32>(result, load<f32>(x + ((<usize>i) << 2)));
  return result;
}

// out = scale * softmax(x), given the largest of x; returns sum exp(x - largest). `out` may be `x`.
export function softmax(x: usize, out: usize, n: i32, most: f32, scale: f32): f32 {
  const n4 = n & ~3;
  const shift = f32x4.splat(most);
  let sums = f32x4.splat(0);
  let i = 0;
  for (; i < n4; i += 4) {
    const at = (<usize>i) << 2;
    const e = exp4(f32x4.sub(v128.load(x + at), shift));
    v128.store(out + at, e);
    sums = f32x4.add(sums, e);
  }
  let sum =
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    f32x4.extract_lane(sums, 2) +
    f32x4.extract_lane(sums, 3);
  for (; i < n; i++) {
    const at = (<usize>i) << 2;
    const e = f32x4.extract_lane(exp4(f32x4.splat(load<f32>(x + at) - most)), 0);
    store<f32>(out + at, e);
    sum += e;
  }
  const factor = scale / sum;
  const factors = f32x4.splat(factor);
  for (i = 0; i < n4; i += 4) {
    const at = out + ((<usize>i) << 2);
    v128.store(at, f32x4.mul(v128.load(at), factors));
  }
  for (; i < n; i++) {
    const at = out + ((<usize>i) << 2);
    store<f32>(at, load<f32>(at) * factor);
  }
  return sum;
}

// out = x + y.
export function add(x: usize, y: usize, out: usize, n: i32): void {
  const end4 = (<usize>(n & ~3)) << 2;
  const end = (<usize>n) << 2;
  let at: usize = 0;
  for (; at < end4; at += 16) v128.store(out + at, f32x4.add(v128.load(x + at), v128.load(y + at)));
  for (; at < end; at += 4) store<f32>(out + at, load<f32>(x + at) + load<f32>(y + at));
}

// x = x - y.
export function subtract(x: usize, y: usize, n: i32): void {
  const end4 = (<usize>(n & ~3)) << 2;
  const end = (<usize>n) << 2;
  let at: usize = 0;
  for (; at < end4; at += 16) v128.store(x + at, f32x4.sub(v128.load(x + at), v128.load(y + at)));
  for (; at < end; at += 4) store<f32>(x + at, load<f32>(x + at) - load<f32>(y + at));
}

// exp for x <= 0, to about 1e-7 relative; 0 below -80, so that no denormal numbers slow down what follows.
// x = k ln 2 + r, |r| <= ln 2 / 2; exp(r) by the degree-6 minimax polynomial of Cephes' expf (S. Moshier).
function exp4(x: v128): v128 {
  const k = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(k, f32x4.splat(0.693359375))), f32x4.mul(k, f32x4.splat(-2.1219444e-4)));
  let p = f32x4.splat(1.98756915e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.16666665459));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.50000001201));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(k), i32x4.splat(127)), 23);
  return v128.and(f32x4.mul(p, power), f32x4.gt(x, f32x4.splat(-80)));
}
