import { laneSum } from './lanes';

// out[k] = points[list[k]] . query, over rows of `columns` floats, a multiple of 4; the list holds `count` int32.
export function rowDots(points: usize, columns: i32, list: usize, count: i32, query: usize, out: usize): void {
  const bytes = (<usize>columns) << 2;
  const bytes16 = (<usize>(columns & ~15)) << 2;
  for (let k = 0; k < count; k++) {
    const x = points + <usize>load<i32>(list) * bytes;
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let at: usize = 0;
    for (; at < bytes16; at += 64) {
      a = f32x4.add(a, f32x4.mul(v128.load(x + at), v128.load(query + at)));
      b = f32x4.add(b, f32x4.mul(v128.load(x + at, 16), v128.load(query + at, 16)));
      c = f32x4.add(c, f32x4.mul(v128.load(x + at, 32), v128.load(query + at, 32)));
      d = f32x4.add(d, f32x4.mul(v128.load(x + at, 48), v128.load(query + at, 48)));
    }
    for (; at < bytes; at += 16) a = f32x4.add(a, f32x4.mul(v128.load(x + at), v128.load(query + at)));
    store<f32>(out, laneSum(f32x4.add(f32x4.add(a, b), f32x4.add(c, d))));
    list += 4;
    out += 4;
  }
}
