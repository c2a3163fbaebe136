import * as tf from "@tensorflow/tfjs-core";
import { nystrom } from "../linalg/nystrom.ts";
import type { Method } from "./method.ts";

/**
 * NLoRA, NyströmLoRA (arXiv 2502.14482): ΔW = s·B·N·A from W itself by the Nyström method, without an SVD:
 * B = W[:, :r], A = W[:r, :], and N the core divided by s.
 *
 * `residual` takes s·B·N·A off the frozen weight, so that the model at step 0 is the given one. The authors' released
 * code does neither: that is core `copy` without `residual`, where N is the block as it stands.
 */
export const nlora: Method = {
  name: "nlora",
  title: "NLoRA",
  trains: ["A", "N", "B"],
  learningRate: 2e-4,
  exactStart: true,
  nystrom: true,
  async init(weight, { rank, scaling, core, residual }) {
    const { columns: B, core: block, rows: A } = await nystrom(weight, { rank, core });
    if (!residual) return { A, N: block, B, residual };
    const N = tf.div(block, scaling) as tf.Tensor2D;
    block.dispose();
    return { A, N, B, residual };
  },
};
