import * as tf from "@tensorflow/tfjs-core";
import { nodeBackend } from "./node_backend.ts";

/** An attribute of a TensorFlow operation: its C API type is taken from the JavaScript value. */
export type RawAttribute =
  | boolean
  | { readonly int: number }
  | { readonly type: RawType }
  | { readonly types: readonly RawType[] };

/** A type of TensorFlow; tensors of bfloat16 can only live inside a compiled function. */
export type RawType = tf.DataType | "bfloat16";

const dataTypes: Partial<Record<RawType, number>> = { float32: 1, int32: 3, bool: 10, bfloat16: 14 };

/** Whether {@linkcode rawOp} can be used: only the tensorflow backend runs operations that tfjs does not wrap. */
export function hasRawOps(): boolean {
  return tf.getBackend() === "tensorflow";
}

/**
 * Runs any operation of TensorFlow by its name, with its attributes, and gives its outputs.
 * The outputs are tracked by tfjs like those of any operation (`tf.tidy` disposes them).
 */
export function rawOp(
  name: string,
  attributes: Readonly<Record<string, RawAttribute>>,
  inputs: tf.Tensor[],
  outputs: number,
): tf.Tensor[] {
  const backend = nodeBackend();
  const { TF_ATTR_BOOL, TF_ATTR_INT, TF_ATTR_TYPE } = backend.binding;
  const encoded = Object.entries(attributes).map(([key, value]) =>
    typeof value === "boolean"
      ? { name: key, type: TF_ATTR_BOOL, value }
      : "int" in value
      ? { name: key, type: TF_ATTR_INT, value: value.int }
      : "type" in value
      ? { name: key, type: TF_ATTR_TYPE, value: dataTypes[value.type] }
      : { name: key, type: TF_ATTR_TYPE, value: value.types.map((type) => dataTypes[type]) }
  );
  return backend.executeMultipleOutputs(name, encoded, inputs, outputs);
}
