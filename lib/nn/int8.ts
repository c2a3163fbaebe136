import * as tf from "@tensorflow/tfjs-core";
import { bits } from "../tensor/bits.ts";
import type { WeightFormat } from "./weight_format.ts";

/**
 * Whole numbers from −127 to 127 times a scale for each row, four in an int32: no number is off by more than 1/254 of the
 * largest of its row (LLM.int8(), Dettmers et al. 2022, arXiv 2208.07339, section 2.1, by rows).
 */
export const int8: WeightFormat = {
  multiple: 4,
  pack(values, n) {
    const m = values.length / n;
    const codes = new Int8Array(values.length);
    const scales = new Float32Array(m);
    for (let row = 0; row < m; row++) {
      const [begin, end] = [row * n, (row + 1) * n];
      let most = 0;
      for (let i = begin; i < end; i++) most = Math.max(most, Math.abs(values[i]!));
      const scale = scales[row] = most / 127;
      if (scale > 0) { for (let i = begin; i < end; i++) codes[i] = Math.round(values[i]! / scale); }
    }
    return {
      codes: tf.tensor2d(new Int32Array(codes.buffer), [m, n / 4], "int32"),
      scales: tf.tensor2d(scales, [m, 1]),
    };
  },
  unpack({ codes, scales }) {
    const [m, words] = codes.shape;
    const upper = bits.shiftLeft(tf.expandDims(codes, 2), [24, 16, 8, 0]); // (m, n / 4, 4)
    const numbers = tf.cast(bits.shiftRight(upper, [24]), "float32");
    return tf.mul(tf.reshape(numbers, [m, 4 * words]), scales!);
  },
};
