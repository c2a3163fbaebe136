import * as tf from "@tensorflow/tfjs-core";
import { bits } from "../tensor/bits.ts";
import type { WeightFormat } from "./weight_format.ts";

/** Numbers in one block. */
const block = 32;

/**
 * Whole numbers from 0 to 15 times a scale, plus a minimum, for each block of 32 of a row, eight in an int32: no number is off
 * by more than 1/30 of the distance between the least and the largest of its block. This is llama.cpp's Q4_1 with scale and
 * minimum in float32: a weight from such a file keeps its numbers to float32 rounding.
 */
export const q4: WeightFormat = {
  multiple: block,
  pack(values, n) {
    const blocks = values.length / block;
    const codes = new Int32Array(values.length / 8);
    const [scales, minima] = [new Float32Array(blocks), new Float32Array(blocks)];
    for (let b = 0; b < blocks; b++) {
      const [begin, end] = [b * block, (b + 1) * block];
      let [least, most] = [Infinity, -Infinity];
      for (let i = begin; i < end; i++) {
        least = Math.min(least, values[i]!);
        most = Math.max(most, values[i]!);
      }
      const scale = (most - least) / 15;
      [scales[b], minima[b]] = [scale, least];
      if (scale === 0) continue;
      for (let i = begin; i < end; i++) {
        codes[i >> 3]! |= Math.round((values[i]! - least) / scale) << 4 * (i & 7);
      }
    }
    const m = values.length / n;
    return {
      codes: tf.tensor2d(codes, [m, n / 8], "int32"),
      scales: tf.tensor2d(scales, [m, n / block]),
      minima: tf.tensor2d(minima, [m, n / block]),
    };
  },
  unpack({ codes, scales, minima }) {
    const [m, words] = codes.shape;
    const shifted = bits.shiftRight(tf.expandDims(codes, 2), [0, 4, 8, 12, 16, 20, 24, 28]); // (m, n / 8, 8)
    const numbers = tf.reshape(tf.cast(bits.and(shifted, 15), "float32"), [m, 8 * words / block, block]);
    const scaled = tf.mul(numbers, tf.expandDims(scales!, 2));
    return tf.reshape(tf.add(scaled, tf.expandDims(minima!, 2)), [m, 8 * words]);
  },
};
