import * as tf from "@tensorflow/tfjs-core";
import { rawOp } from "./raw_op.ts";

/** The bits of int32 tensors, which only the tensorflow backend reaches; shapes broadcast. */
export const bits = {
  and: (x: tf.Tensor, mask: number): tf.Tensor => int32Op("BitwiseAnd", x, [mask]),
  shiftLeft: (x: tf.Tensor, counts: number[]): tf.Tensor => int32Op("LeftShift", x, counts),
  /** Keeps the sign. */
  shiftRight: (x: tf.Tensor, counts: number[]): tf.Tensor => int32Op("RightShift", x, counts),
  /** The float32 numbers that have the same bits. */
  asFloat(x: tf.Tensor): tf.Tensor {
    return rawOp("Bitcast", { T: { type: "int32" }, type: { type: "float32" } }, [x], 1)[0]!;
  },
};

function int32Op(name: string, x: tf.Tensor, numbers: number[]): tf.Tensor {
  return rawOp(name, { T: { type: "int32" } }, [x, tf.tensor1d(numbers, "int32")], 1)[0]!;
}
