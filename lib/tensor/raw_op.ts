import * as tf from "@tensorflow/tfjs-core";

/** An attribute of a TensorFlow operation: its C API type is taken from the JavaScript value. */
export type RawAttribute = boolean | { readonly int: number } | { readonly type: tf.DataType };

interface NodeBackend {
  readonly binding: {
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_INT: number;
    readonly TF_ATTR_TYPE: number;
  };
  executeMultipleOutputs(
    name: string,
    attributes: unknown[],
    inputs: tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
}

const dataTypes: Partial<Record<tf.DataType, number>> = { float32: 1, int32: 3, bool: 10 };

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
  const backend = tf.backend() as unknown as NodeBackend;
  const { TF_ATTR_BOOL, TF_ATTR_INT, TF_ATTR_TYPE } = backend.binding;
  const encoded = Object.entries(attributes).map(([key, value]) =>
    typeof value === "boolean"
      ? { name: key, type: TF_ATTR_BOOL, value }
      : "int" in value
      ? { name: key, type: TF_ATTR_INT, value: value.int }
      : { name: key, type: TF_ATTR_TYPE, value: dataTypes[value.type] }
  );
  return backend.executeMultipleOutputs(name, encoded, inputs, outputs);
}
