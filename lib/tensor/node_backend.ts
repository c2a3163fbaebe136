import * as tf from "@tensorflow/tfjs-core";

/** An attribute of a TensorFlow operation, as tfjs-node hands it to its addon. */
export interface NodeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What an operation written down in a graph gives. */
export interface GraphValue {
  /** Its place among the graph's values. */
  readonly value: number;
  readonly dtype: number;
  /** Null, or with a length of −1, where TensorFlow cannot tell without numbers. */
  readonly shape: readonly number[] | null;
}

/** A graph under construction, held by the addon. */
export type Graph = { readonly graph: unique symbol };

/** The native addon: tfjs-node's own, with the functions of `tensorflow_addon.cc`. */
export interface Addon {
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_TYPE: number;
  createGraph(): Graph;
  addInput(graph: Graph, dtype: number, shape: readonly number[]): number;
  addConstant(graph: Graph, dtype: number, shape: readonly number[], values: ArrayBufferView): number;
  addOperation(
    graph: Graph,
    operation: string,
    attributes: readonly NodeAttribute[],
    inputs: readonly (number | readonly number[])[],
  ): GraphValue[];
  operationDefinition(graph: Graph, operation: string): Uint8Array;
  defineFunction(graph: Graph, name: string, inputs: readonly number[], outputs: readonly number[]): void;
  removeFunction(name: string): void;
  /**
   * Puts numbers into the memory of a float32 tensor, from one of its elements on; for tensors on the CPU, and absent where an
   * earlier set-up compiled the addon.
   */
  writeNumbers?(id: number, from: number, numbers: Float32Array): void;
  /** Gives memory that tensors have left free back to the system. */
  releaseFreeMemory(): void;
}

/** What tfjs-node knows of a tensor. */
export interface NodeTensorInfo {
  readonly shape: readonly number[];
  /** TensorFlow's number of the type. */
  readonly dtype: number;
  /** The addon's handle, once there is one. */
  readonly id: number;
  /** Numbers that have not been handed to the addon yet. */
  readonly values: ArrayBufferView | null;
}

/** The part of tfjs-node's backend that is used here. */
export interface NodeBackend {
  readonly binding: Addon;
  readonly isUsingGpuDevice: boolean;
  readonly tensorMap: { get(dataId: object): NodeTensorInfo };
  executeSingleOutput(
    name: string,
    attributes: readonly NodeAttribute[],
    inputs: readonly tf.Tensor[],
  ): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly NodeAttribute[],
    inputs: readonly tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
  createOutputTensor(metadata: { id: number; dtype: number; shape: number[] }): tf.Tensor;
  write(values: ArrayBufferView, shape: number[], dtype: string): object;
  readSync(dataId: object): ArrayBufferView;
  read(dataId: object): Promise<ArrayBufferView>;
}

/** tfjs-node's backend; to be called only where it is in use. */
export function nodeBackend(): NodeBackend {
  return tf.backend() as unknown as NodeBackend;
}
