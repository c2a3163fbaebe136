import * as tf from "@tensorflow/tfjs-core";
import type { UsageError } from "../usage_error.ts";
import { argumentLists } from "./argument_lists.ts";
import {
  type Addon,
  type Graph,
  type GraphValue,
  type NodeAttribute,
  type NodeBackend,
  nodeBackend,
} from "./node_backend.ts";
import { leaves, mapLeaves } from "./tensor_tree.ts";
import { tidy } from "./tidy.ts";
import { frozenRandomness, traceError, whileTracing } from "./tracing.ts";

/** A function of tensors as a function of TensorFlow's eager context, which runs it by its name. */
export interface Traced<R> {
  readonly name: string;
  /** Tensors from outside that the function used, fed after its arguments at each call. */
  readonly captured: readonly tf.Tensor[];
  /** How many tensors the call gives. */
  readonly outputs: number;
  /** Operations in it. */
  readonly operations: number;
  /** The function's result, made of the tensors that a call gives. */
  result(outputs: readonly tf.Tensor[]): R;
}

let defined = 0;

/**
 * Runs a function on tensors without numbers, writes down the operations that it asks for, and makes them a function of
 * TensorFlow's eager context. Nothing is computed and no memory is needed for what the operations would give: their shapes
 * are TensorFlow's own inference.
 *
 * Whether the indices of a gather are in range is not looked at; XLA takes the nearest that is.
 *
 * @param name a part of the name that the function gets
 * @param args a tree whose leaves are the function's inputs
 * @throws UsageError where the function reads values, makes shapes depend on them, draws random numbers, keeps a tensor of
 *   the trace in a variable, or gives something that is not a tree of tensors; with the operation and the line
 */
export function trace<A extends readonly unknown[], R>(
  name: string,
  fn: (...args: A) => R,
  args: A,
): Traced<R> {
  const recorder = new Recorder(nodeBackend());
  return tidy(() => recorder.record(name, fn, args));
}

/** Writes down what the backend is asked to run. */
class Recorder {
  readonly #addon: Addon;
  readonly #graph: Graph;
  /** The graph's values by the identity of the tensors' data. */
  readonly #values = new WeakMap<object, number>();
  /** Data that the function made of JavaScript values. */
  readonly #constants = new WeakSet<object>();
  readonly #captured: { tensor: tf.Tensor; value: number }[] = [];
  #operations = 0;
  /** What went wrong where it could not be thrown. */
  #failure: UsageError | null = null;

  constructor(readonly backend: NodeBackend) {
    this.#addon = backend.binding;
    this.#graph = this.#addon.createGraph();
  }

  record<A extends readonly unknown[], R>(name: string, fn: (...args: A) => R, args: A): Traced<R> {
    const inputs: number[] = [];
    const symbolic = mapLeaves(args, (leaf) => {
      const { shape, dtype } = this.backend.tensorMap.get(leaf.dataId);
      const value = this.#addon.addInput(this.#graph, dtype, shape);
      inputs.push(value);
      return this.#symbol({ value, dtype, shape: [...shape] });
    }, "arguments");
    const result = this.#whileRecording(() => fn(...symbolic));
    if (this.#failure) throw this.#failure;
    const given = leaves(mapLeaves(result, (leaf) => leaf, `the result of ${name}`));
    const outputs = given.map((leaf) => this.#valueOf(leaf));
    const full = `nlora_${name.replace(/\W/g, "_")}_${defined++}`;
    const all = [...inputs, ...this.#captured.map(({ value }) => value)];
    this.#addon.defineFunction(this.#graph, full, all, outputs);
    return {
      name: full,
      captured: this.#captured.map(({ tensor }) => tensor),
      outputs: outputs.length,
      operations: this.#operations,
      result(tensors) {
        let next = 0;
        return mapLeaves(result, () => tensors[next++]!);
      },
    };
  }

  #whileRecording<R>(body: () => R): R {
    const { backend } = this;
    const write = backend.write.bind(backend);
    const replaced: Partial<NodeBackend> = {
      executeSingleOutput: (op, attributes, tensors) => this.#run(op, attributes, tensors)[0]!,
      executeMultipleOutputs: (op, attributes, tensors) => this.#run(op, attributes, tensors),
      write: (values, shape, dtype) => {
        if (isRandom(new Error().stack!)) {
          throw traceError(frozenRandomness);
        }
        const dataId = write(values, shape, dtype);
        this.#constants.add(dataId);
        return dataId;
      },
      readSync: (dataId) => {
        const { values, shape } = backend.tensorMap.get(dataId);
        if (values && this.#constants.has(dataId)) return values;
        // tfjs-node looks whether the indices of a gather are in range; zeros always are.
        if (/GatherV2/.test(new Error().stack!)) return new Int32Array(tf.util.sizeFromShape([...shape]));
        throw traceError("reads the values of a tensor");
      },
      read: () => {
        this.#failure ??= traceError("reads the values of a tensor");
        return new Promise(() => {}); // a rejected one could not be caught by anybody
      },
    };
    const { random } = Math;
    const { assign } = tf.Variable.prototype;
    Math.random = () => {
      throw traceError(frozenRandomness);
    };
    tf.Variable.prototype.assign = () => {
      throw traceError("assigns to a variable; give the new value as a result instead");
    };
    Object.assign(backend, replaced);
    try {
      return whileTracing(body);
    } finally {
      Math.random = random;
      tf.Variable.prototype.assign = assign;
      for (const name of Object.keys(replaced)) delete (backend as unknown as Record<string, unknown>)[name];
    }
  }

  #run(op: string, attributes: readonly NodeAttribute[], tensors: readonly tf.Tensor[]): tf.Tensor[] {
    if (/random|multinomial/i.test(op)) {
      throw traceError(`${frozenRandomness} (${op})`);
    }
    const values = tensors.map((tensor) => this.#valueOf(tensor));
    const inputs = argumentLists(this.#addon, this.#graph, op, attributes, values);
    this.#operations++;
    let results: GraphValue[];
    try {
      results = this.#addon.addOperation(this.#graph, op, attributes, inputs);
    } catch (error) {
      throw traceError(`asks for ${op}, which TensorFlow refuses: ${(error as Error).message}`);
    }
    return results.map((result) => {
      if (result.shape === null || result.shape.some((length) => length < 0)) {
        throw traceError(`asks for ${op}, whose shape depends on values`);
      }
      return this.#symbol(result);
    });
  }

  /** A tensor without numbers that stands for a value of the graph. */
  #symbol({ value, dtype, shape }: GraphValue): tf.Tensor {
    const known = dtype === bfloat16 ? float32 : dtype; // tfjs has no name for it
    const tensor = this.backend.createOutputTensor({ id: -1, dtype: known, shape: [...shape!] });
    this.#values.set(tensor.dataId, value);
    return tensor;
  }

  /** The graph's value of a tensor, which may come from outside or be made of JavaScript values. */
  #valueOf(tensor: tf.Tensor): number {
    if ("valueArray" in tensor) { // tfjs-node's scalar of 64 bits
      return this.#addon.addConstant(this.#graph, int64, [], tensor.valueArray as Int32Array);
    }
    const known = this.#values.get(tensor.dataId);
    if (known !== undefined) return known;
    const { shape, dtype, values } = this.backend.tensorMap.get(tensor.dataId);
    const constant = values !== null && this.#constants.has(tensor.dataId);
    const value = constant
      ? this.#addon.addConstant(this.#graph, dtype, shape, values)
      : this.#addon.addInput(this.#graph, dtype, shape);
    if (!constant) this.#captured.push({ tensor, value });
    this.#values.set(tensor.dataId, value);
    return value;
  }
}

/** TensorFlow's numbers of types. */
const [float32, int64, bfloat16] = [1, 9, 14];

/** Whether a call comes out of one of tfjs's random operations. */
function isRandom(stack: string): boolean {
  return /\b(randomNormal|randomUniform|randomStandardNormal|randomGamma|randomUniformInt|truncatedNormal|rand)_? /
    .test(stack);
}
