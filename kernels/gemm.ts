// c = op(A) op(B) + the c already there, where op(A) is [m, inner] and op(B) [inner, n]; element [i][k] of op(A) lies at
// a + 4 (i * aRow + k * aColumn), and so for B: strides make the transposes.
// By blocks of at most ROWS x DEPTH of A, packed into panels of 4 rows, and of B, packed into panels of 8 columns; each
// 4 x 8 tile of the product is summed in registers. `scratch` is 16-byte aligned and holds SCRATCH floats.
export function gemm(
  m: i32,
  n: i32,
  inner: i32,
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  c: usize,
  scratch: usize,
): void {
  const panelB = scratch + TILE;
  const panelsA = panelB + <usize>DEPTH * 32;
  for (let k = 0; k < inner; k += DEPTH) {
    const depth = min(DEPTH, inner - k);
    for (let top = 0; top < m; top += ROWS) {
      const rows = min(ROWS, m - top);
      packA(at(a, top, aRow, k, aColumn), rows, depth, aRow, aColumn, panelsA);
      for (let j = 0; j < n; j += 8) {
        const width = min(8, n - j);
        packB(at(b, k, bRow, j, bColumn), width, depth, bRow, bColumn, panelB);
        for (let i = 0; i < rows; i += 4) {
          multiply(panelsA + <usize>i * ((<usize>depth) << 2), panelB, depth, scratch);
          addTile(scratch, at(c, top + i, n, j, 1), min(4, rows - i), width, n);
        }
      }
    }
  }
}

export const SCRATCH: i32 = 32 + 256 * 8 + 256 * 512;

const DEPTH: i32 = 256;
const ROWS: i32 = 512;
const TILE: usize = 128; // bytes of a 4 x 8 tile

function at(base: usize, row: i32, rowStride: i32, column: i32, columnStride: i32): usize {
  return base + ((<usize>row * <usize>rowStride + <usize>column * <usize>columnStride) << 2);
}

// The product of one panel of A and one of B, 4 x 8, written to `tile`.
function multiply(a: usize, b: usize, depth: i32, tile: usize): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (const end = a + ((<usize>depth) << 4); a < end; a += 16, b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
  }
  v128.store(tile, c00);
  v128.store(tile, c01, 16);
  v128.store(tile, c10, 32);
  v128.store(tile, c11, 48);
  v128.store(tile, c20, 64);
  v128.store(tile, c21, 80);
  v128.store(tile, c30, 96);
  v128.store(tile, c31, 112);
}

// Adds the upper left `rows` x `width` of a tile to c, whose rows are n long.
function addTile(tile: usize, c: usize, rows: i32, width: i32, n: i32): void {
  for (let i = 0; i < rows; i++) {
    if (width == 8) {
      v128.store(c, f32x4.add(v128.load(c), v128.load(tile)));
      v128.store(c, f32x4.add(v128.load(c, 16), v128.load(tile, 16)), 16);
    } else
      for (let j: usize = 0; j < (<usize>width) << 2; j += 4) store<f32>(c + j, load<f32>(c + j) + load<f32>(tile + j));
    tile += 32;
    c += (<usize>n) << 2;
  }
}

// Panels of 4 rows, one after the other, each `depth` times 4 floats; rows beyond the last are zeros.
function packA(a: usize, rows: i32, depth: i32, rowStride: i32, columnStride: i32, to: usize): void {
  const r = (<usize>rowStride) << 2;
  const s = (<usize>columnStride) << 2;
  for (let i = 0; i < rows; i += 4) {
    let from = a + <usize>i * r;
    if (rows - i < 4) packEdge(from, rows - i, 4, depth, r, s, to);
    else if (rowStride == 1)
      for (let k = 0; k < depth; k++, from += s) v128.store(to + ((<usize>k) << 4), v128.load(from));
    else
      for (let k = 0; k < depth; k++, from += s) {
        const p = to + ((<usize>k) << 4);
        store<f32>(p, load<f32>(from));
        store<f32>(p, load<f32>(from + r), 4);
        store<f32>(p, load<f32>(from + 2 * r), 8);
        store<f32>(p, load<f32>(from + 3 * r), 12);
      }
    to += (<usize>depth) << 4;
  }
}

// One panel of 8 columns, `depth` times 8 floats; columns beyond the last are zeros.
function packB(b: usize, width: i32, depth: i32, rowStride: i32, columnStride: i32, to: usize): void {
  const r = (<usize>rowStride) << 2;
  const s = (<usize>columnStride) << 2;
  if (width < 8) packEdge(b, width, 8, depth, s, r, to);
  else if (columnStride == 1)
    for (let k = 0; k < depth; k++, b += r, to += 32) {
      v128.store(to, v128.load(b));
      v128.store(to, v128.load(b, 16), 16);
    }
  else
    for (let k = 0; k < depth; k++, b += r, to += 32) {
      store<f32>(to, load<f32>(b));
      store<f32>(to, load<f32>(b + s), 4);
      store<f32>(to, load<f32>(b + 2 * s), 8);
      store<f32>(to, load<f32>(b + 3 * s), 12);
      store<f32>(to, load<f32>(b + 4 * s), 16);
      store<f32>(to, load<f32>(b + 5 * s), 20);
      store<f32>(to, load<f32>(b + 6 * s), 24);
      store<f32>(to, load<f32>(b + 7 * s), 28);
    }
}

// A panel of which only `filled` of `width` lanes exist.
function packEdge(from: usize, filled: i32, width: i32, depth: i32, lane: usize, step: usize, to: usize): void {
  for (let k = 0; k < depth; k++, from += step)
    for (let i = 0; i < width; i++, to += 4) store<f32>(to, i < filled ? load<f32>(from + <usize>i * lane) : 0);
}
