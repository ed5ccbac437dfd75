// The ReLU layer, in place: x[i][j] = max(x[i][j] + bias[j], 0) * mask[i][j]; without a mask where `mask` is 0.
export function addRectify(x: usize, bias: usize, mask: usize, rows: i32, columns: i32): void {
  const zero = f32x4.splat(0);
  const end4 = (<usize>(columns & ~3)) << 2;
  const end = (<usize>columns) << 2;
  for (let i = 0; i < rows; i++) {
    let at: usize = 0;
    if (mask) {
      for (; at < end4; at += 16) {
        const value = f32x4.pmax(f32x4.add(v128.load(x + at), v128.load(bias + at)), zero);
        v128.store(x + at, f32x4.mul(value, v128.load(mask + at)));
      }
      for (; at < end; at += 4)
        store<f32>(x + at, max<f32>(load<f32>(x + at) + load<f32>(bias + at), 0) * load<f32>(mask + at));
      mask += end;
    } else {
      for (; at < end4; at += 16)
        v128.store(x + at, f32x4.pmax(f32x4.add(v128.load(x + at), v128.load(bias + at)), zero));
      for (; at < end; at += 4) store<f32>(x + at, max<f32>(load<f32>(x + at) + load<f32>(bias + at), 0));
    }
    x += end;
  }
}

// What flows back through the ReLU layer, transposed, and its sum over the rows (the bias's gradient):
// out[j][i] = d[i][j] * (h[i][j] > 0 ? mask[i][j] : 0), sums[j] = sum_i out[j][i]; h is the layer's output.
export function maskTranspose(d: usize, h: usize, mask: usize, rows: i32, columns: i32, out: usize, sums: usize): void {
  const rows4 = rows & ~3;
  const columns4 = columns & ~3;
  const s = (<usize>columns) << 2; // from a row to the next, of the inputs
  const t = (<usize>rows) << 2; // of the output
  for (let j = 0; j < columns4; j += 4) {
    let at = (<usize>j) << 2;
    let to = out + <usize>j * t;
    let sum = f32x4.splat(0);
    for (let i = 0; i < rows4; i += 4) {
      const a = gate(d + at, h + at, mask ? mask + at : 0);
      const b = gate(d + at + s, h + at + s, mask ? mask + at + s : 0);
      const c = gate(d + at + 2 * s, h + at + 2 * s, mask ? mask + at + 2 * s : 0);
      const e = gate(d + at + 3 * s, h + at + 3 * s, mask ? mask + at + 3 * s : 0);
      sum = f32x4.add(sum, f32x4.add(f32x4.add(a, b), f32x4.add(c, e)));
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const ce = v128.shuffle<f32>(c, e, 0, 4, 1, 5);
      const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const ce2 = v128.shuffle<f32>(c, e, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f32>(ab, ce, 0, 1, 4, 5));
      v128.store(to + t, v128.shuffle<f32>(ab, ce, 2, 3, 6, 7));
      v128.store(to + 2 * t, v128.shuffle<f32>(ab2, ce2, 0, 1, 4, 5));
      v128.store(to + 3 * t, v128.shuffle<f32>(ab2, ce2, 2, 3, 6, 7));
      at += 4 * s;
      to += 16;
    }
    for (let i = rows4; i < rows; i++) {
      const a = gate(d + at, h + at, mask ? mask + at : 0);
      sum = f32x4.add(sum, a);
      store<f32>(to, f32x4.extract_lane(a, 0));
      store<f32>(to + t, f32x4.extract_lane(a, 1));
      store<f32>(to + 2 * t, f32x4.extract_lane(a, 2));
      store<f32>(to + 3 * t, f32x4.extract_lane(a, 3));
      at += s;
      to += 4;
    }
    v128.store(sums + ((<usize>j) << 2), sum);
  }
  for (let j = columns4; j < columns; j++) {
    let sum: f32 = 0;
    for (let i = 0; i < rows; i++) {
      const at = <usize>i * s + ((<usize>j) << 2);
      const factor: f32 = load<f32>(h + at) > 0 ? (mask ? load<f32>(mask + at) : 1) : 0;
      const value = load<f32>(d + at) * factor;
      store<f32>(out + <usize>j * t + ((<usize>i) << 2), value);
      sum += value;
    }
    store<f32>(sums + ((<usize>j) << 2), sum);
  }
}

function gate(d: usize, h: usize, mask: usize): v128 {
  const open = v128.and(v128.load(d), f32x4.gt(v128.load(h), f32x4.splat(0)));
  return mask ? f32x4.mul(open, v128.load(mask)) : open;
}

// out[j] = sum_i x[i][j].
export function columnSums(x: usize, rows: i32, columns: i32, out: usize): void {
  const end4 = (<usize>(columns & ~3)) << 2;
  const end = (<usize>columns) << 2;
  memory.fill(out, 0, end);
  for (let i = 0; i < rows; i++) {
    let at: usize = 0;
    for (; at < end4; at += 16) v128.store(out + at, f32x4.add(v128.load(out + at), v128.load(x + at)));
    for (; at < end; at += 4) store<f32>(out + at, load<f32>(out + at) + load<f32>(x + at));
    x += end;
  }
}

// out[i][j] = a[aAt[i] + j] + b[bAt[i] + j]: windows into one or, where `b` is 0, only one array, at offsets in numbers.
export function windows(a: usize, aAt: usize, b: usize, bAt: usize, rows: i32, columns: i32, out: usize): void {
  const end4 = (<usize>(columns & ~3)) << 2;
  const end = (<usize>columns) << 2;
  for (let i = 0; i < rows; i++) {
    const x = a + ((<usize>load<u32>(aAt)) << 2);
    let at: usize = 0;
    if (b) {
      const y = b + ((<usize>load<u32>(bAt)) << 2);
      for (; at < end4; at += 16) v128.store(out + at, f32x4.add(v128.load(x + at), v128.load(y + at)));
      for (; at < end; at += 4) store<f32>(out + at, load<f32>(x + at) + load<f32>(y + at));
      bAt += 4;
    } else memory.copy(out, x, end);
    aAt += 4;
    out += end;
  }
}
