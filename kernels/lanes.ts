// Where memory is free: below lie the tables of constants.
export const FREE: usize = __heap_base;

// Entry i of a table, in all four lanes. Read from memory, since V8 puts a v128 constant together from scratch, through
// integer registers, at every use.
export function constant(table: usize, i: usize): v128 {
  return v128.load32_splat(table + (i << 2));
}

export function laneSum(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}
