import { constant } from './lanes';

// One step of Adam (Kingma and Ba 2015, algorithm 1) over n weights: beta 0.9 and 0.999, epsilon 1e-8.
// rate = learning rate / (1 - 0.9^t); correction = 1 / sqrt(1 - 0.999^t).
export function adam(weights: usize, gradient: usize, m: usize, v: usize, n: i32, rate: f32, correction: f32): void {
  const n4 = n & ~3;
  const rates = f32x4.splat(rate);
  const corrections = f32x4.splat(correction);
  const tenth = constant(ADAM, 0);
  const keep = constant(ADAM, 1);
  const fresh = constant(ADAM, 2);
  const epsilon = constant(ADAM, 3);
  let at: usize = 0;
  for (const end = (<usize>n4) << 2; at < end; at += 16) {
    const g = v128.load(gradient + at);
    const m0 = v128.load(m + at);
    const m1 = f32x4.add(m0, f32x4.mul(tenth, f32x4.sub(g, m0)));
    const v1 = f32x4.add(f32x4.mul(keep, v128.load(v + at)), f32x4.mul(fresh, f32x4.mul(g, g)));
    v128.store(m + at, m1);
    v128.store(v + at, v1);
    const step = f32x4.div(f32x4.mul(rates, m1), f32x4.add(f32x4.mul(f32x4.sqrt(v1), corrections), epsilon));
    v128.store(weights + at, f32x4.sub(v128.load(weights + at), step));
  }
  for (const end = (<usize>n) << 2; at < end; at += 4) {
    const g = load<f32>(gradient + at);
    const m0 = load<f32>(m + at);
    const m1 = m0 + <f32>0.1 * (g - m0);
    const v1 = <f32>0.999 * load<f32>(v + at) + <f32>0.001 * (g * g);
    store<f32>(m + at, m1);
    store<f32>(v + at, v1);
    store<f32>(weights + at, load<f32>(weights + at) - (rate * m1) / (sqrt<f32>(v1) * correction + <f32>1e-8));
  }
}

const ADAM = memory.data<f32>([0.1, 0.999, 0.001, 1e-8]);
