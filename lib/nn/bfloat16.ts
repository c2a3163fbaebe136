import * as tf from "@tensorflow/tfjs-core";
import { bits } from "../tensor/bits.ts";
import type { WeightFormat } from "./weight_format.ts";

/**
 * bfloat16, the upper half of a float32 rounded to nearest even, two in an int32: as many powers of two, and 8 bits of
 * precision, so that no number is off by more than 1/256 of itself.
 */
export const bfloat16: WeightFormat = {
  multiple: 2,
  pack(values, n) {
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
    const halves = new Uint16Array(values.length);
    for (let i = 0; i < halves.length; i++) {
      halves[i] = Number.isNaN(values[i]) ? 0x7fc0 : upperHalf(words[i]!);
    }
    return { codes: tf.tensor2d(new Int32Array(halves.buffer), [values.length / n, n / 2], "int32") };
  },
  unpack({ codes }) {
    const [m, pairs] = codes.shape;
    const words = bits.and(bits.shiftLeft(tf.expandDims(codes, 2), [16, 0]), -0x10000); // (m, n / 2, 2)
    return tf.reshape(bits.asFloat(words), [m, 2 * pairs]);
  },
};

function upperHalf(word: number): number {
  return (word + 0x7fff + (word >>> 16 & 1)) >>> 16;
}
