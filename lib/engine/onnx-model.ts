/**
 * Writes the one ONNX model the engine needs: a single Gemm node, C = op(A) · op(B) [+ bias].
 * ONNX files are protocol buffers; field numbers are from onnx.proto (IR version 8, opset 13).
 */
export function gemmModel(transposeA: boolean, transposeB: boolean, bias: boolean): Uint8Array {
  const inputs = bias ? ['A', 'B', 'bias'] : ['A', 'B'];
  const node = [
    ...inputs.map((name) => text(1, name)),
    text(2, 'C'),
    text(4, 'Gemm'),
    message(5, attribute('transA', Number(transposeA))),
    message(5, attribute('transB', Number(transposeB))),
  ];
  const graph = [
    message(1, node),
    text(2, 'product'),
    message(11, floatTensor('A', ['a0', 'a1'])),
    message(11, floatTensor('B', ['b0', 'b1'])),
    ...(bias ? [message(11, floatTensor('bias', ['n']))] : []),
    message(12, floatTensor('C', ['m', 'n'])),
  ];
  const opset = [text(1, ''), integer(2, 13)];
  return Uint8Array.from([integer(1, 8), message(7, graph), message(8, opset)].flat());
}

type Bytes = number[];

/** AttributeProto of type INT (2). */
const attribute = (name: string, value: number): Bytes[] => [text(1, name), integer(3, value), integer(20, 2)];

/** ValueInfoProto of a float (1) tensor with named dimensions of any size. */
const floatTensor = (name: string, dimensions: string[]): Bytes[] => {
  const shape = dimensions.map((dimension) => message(1, [text(2, dimension)]));
  return [text(1, name), message(2, [message(1, [integer(1, 1), message(2, shape)])])];
};

const integer = (field: number, value: number): Bytes => [...varint(field << 3), ...varint(value)];
const text = (field: number, value: string): Bytes => delimited(field, [...Buffer.from(value)]);
const message = (field: number, parts: Bytes[]): Bytes => delimited(field, parts.flat());
const delimited = (field: number, bytes: Bytes): Bytes => [
  ...varint((field << 3) | 2),
  ...varint(bytes.length),
  ...bytes,
];

/** Seven bits a byte, lowest first, the top bit telling that more follow. */
function varint(value: number): Bytes {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
