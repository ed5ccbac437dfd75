import { bytes, float, integer, join, message, text, type Pieces } from './protobuf';

/** Value of an operator's attribute; a whole number is an INT unless it is written as `{ float }`. */
export type Attribute = number | { readonly float: number } | readonly number[];

/** A dimension: a size, or the name of one that is known when the model runs. */
export type Dimension = number | string;

/**
 * Collects an ONNX graph, operator by operator, and writes it. ONNX files are protocol buffers; field numbers are from
 * onnx.proto (IR version 9, opset 20).
 */
export class OnnxGraph {
  private readonly nodes: Pieces[] = [];
  private readonly constants: Pieces[] = [];
  private readonly inputs: Pieces[] = [];
  private readonly outputs: Pieces[] = [];
  private made = 0;

  /** Adds an operator and returns the name of its result. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    output = `${operator}_${this.made++}`,
  ): string {
    this.nodes.push(
      message(1, [
        ...inputs.map((name) => text(1, name)),
        text(2, output),
        text(4, operator),
        ...Object.entries(attributes).map(([name, value]) => message(5, attribute(name, value))),
      ]),
    );
    return output;
  }

  /** A float32 tensor that is part of the model. Its memory is only read when the model is written. */
  floats(name: string, shape: readonly number[], data: Float32Array): string {
    return this.constant(name, 1, shape, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }

  /** A vector of int64: shapes, axes. */
  integers(name: string, values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.constant(name, 7, [values.length], new Uint8Array(data.buffer));
  }

  /** A float32 input. */
  input(name: string, shape: readonly Dimension[]): string {
    this.inputs.push(message(11, floatTensor(name, shape)));
    return name;
  }

  /** Declares a node's result as a float32 output of the model. */
  output(name: string, shape: readonly Dimension[]): void {
    this.outputs.push(message(12, floatTensor(name, shape)));
  }

  encode(): Uint8Array {
    const graph = [...this.nodes, text(2, 'graph'), ...this.constants, ...this.inputs, ...this.outputs];
    const opset = [text(1, ''), integer(2, 20)];
    return join([integer(1, 9), message(7, graph), message(8, opset)].flat());
  }

  /** TensorProto with raw data; its type is FLOAT (1) or INT64 (7). */
  private constant(name: string, type: number, shape: readonly number[], data: Uint8Array): string {
    const dimensions = shape.map((length) => integer(1, length));
    this.constants.push(message(5, [...dimensions, integer(2, type), text(8, name), bytes(9, data)]));
    return name;
  }
}

/** AttributeProto of type FLOAT (1), INT (2) or INTS (7). */
function attribute(name: string, value: Attribute): Pieces[] {
  if (typeof value === 'number') return [text(1, name), integer(3, value), integer(20, 2)];
  if ('float' in value) return [text(1, name), float(2, value.float), integer(20, 1)];
  return [text(1, name), ...value.map((n) => integer(8, n)), integer(20, 7)];
}

/** ValueInfoProto of a float (1) tensor. */
function floatTensor(name: string, shape: readonly Dimension[]): Pieces[] {
  const dimensions = shape.map((dimension) =>
    message(1, [typeof dimension === 'number' ? integer(1, dimension) : text(2, dimension)]),
  );
  return [text(1, name), message(2, [message(1, [integer(1, 1), message(2, dimensions)])])];
}
