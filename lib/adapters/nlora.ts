import * as tf from "@tensorflow/tfjs-core";
import { nystrom } from "../linalg/nystrom.ts";
import type { Method } from "./method.ts";

/**
 * NLoRA, NyströmLoRA (arXiv 2502.14482): ΔW = s·B·N·A from W itself by the Nyström method, without an SVD: B some columns
 * of W, A some rows, by default the first r, and N the core divided by s.
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
  fromWeight: true,
  choices: ["core", "rows", "columns", "rtol", "residual"],
  inits: [],
  async init(weight, { rank, scaling, core, rows, columns, rtol, residual }, random) {
    const { columns: B, core: block, rows: A, truncation } = await nystrom(weight, {
      rank,
      core,
      rows,
      columns,
      random,
      ...rtol !== null && { rtol },
    });
    const leading = rows === "first" && columns === "first";
    if (!residual) return { factors: { A, N: block, B }, residual, truncation, leading };
    const N = tf.div<tf.Tensor2D>(block, scaling);
    block.dispose();
    return { factors: { A, N, B }, residual, truncation, leading };
  },
};
