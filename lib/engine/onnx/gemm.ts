import { OnnxGraph } from './graph';

/** The one ONNX model the engine needs: a single Gemm node, C = op(A) · op(B) [+ bias]. */
export function gemmModel(transposeA: boolean, transposeB: boolean, bias: boolean): Uint8Array {
  const graph = new OnnxGraph();
  const inputs = [graph.input('A', ['a0', 'a1']), graph.input('B', ['b0', 'b1'])];
  if (bias) inputs.push(graph.input('bias', ['n']));
  graph.node('Gemm', inputs, { transA: Number(transposeA), transB: Number(transposeB) }, 'C');
  graph.output('C', ['m', 'n']);
  return graph.encode();
}
