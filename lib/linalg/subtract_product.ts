import * as tf from "@tensorflow/tfjs-core";
import { compile } from "../tensor/compile.ts";
import { hasRawOps, rawOp } from "../tensor/raw_op.ts";
import { UsageError } from "../usage_error.ts";

/** From so many entries the difference is compiled, which takes some 0.2 s once for each set of shapes. */
const worthCompiling = 2 ** 22;

/**
 * w minus the product of factors, such as the residual W − B·N·A of a low-rank start, multiplied from the right; the caller
 * owns it, and w and the factors stay as they are. O(m·n·r) for factors of rank r and, on the tensorflow backend, m·n floats
 * of memory: the difference is made where the product lies, instead of making a third matrix, whose pages would take longer
 * to come by than the sum. Large differences are one compiled program.
 *
 * @param w (m, n)
 * @param factors (m, r), …, (q, n); at least one
 * @throws UsageError with the shapes where they do not fit
 *
 * @example
 * ```ts
 * import { subtractProduct, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const residual = subtractProduct(tf.tensor2d([[5, 6], [7, 8]]), tf.tensor2d([[1], [2]]), tf.tensor2d([[3, 4]]));
 * assert.deepEqual([...await residual.data()], [2, 2, 1, 0]);
 * ```
 */
export function subtractProduct(w: tf.Tensor2D, ...factors: readonly tf.Tensor2D[]): tf.Tensor2D {
  requireFit(w, factors);
  if (w.size >= worthCompiling) return difference(w, factors);
  return tf.tidy((): tf.Tensor2D => {
    if (!hasRawOps() || factors.length === 1) return tf.sub(w, product(factors));
    const smallest = factors.reduce((a, b) => b.size < a.size ? b : a);
    const negative = product(
      factors.map((factor) => factor === smallest ? tf.neg<tf.Tensor2D>(factor) : factor),
    );
    const flat = (x: tf.Tensor) => tf.reshape(x, [1, w.size]);
    const inputs = [flat(negative), tf.tensor1d([0], "int32"), flat(w)];
    const [sum] = rawOp("InplaceAdd", { T: { type: "float32" } }, inputs, 1); // the memory of `negative`
    return tf.reshape(sum!, w.shape);
  });
}

const difference = compile((w: tf.Tensor2D, factors: readonly tf.Tensor2D[]): tf.Tensor2D =>
  tf.sub(w, product(factors))
);

function product(factors: readonly tf.Tensor2D[]): tf.Tensor2D {
  return factors.reduceRight((right, left) => tf.matMul(left, right));
}

function requireFit(w: tf.Tensor2D, factors: readonly tf.Tensor2D[]): void {
  const sides = [w.shape[0], ...factors.flatMap(({ shape }) => shape), w.shape[1]];
  const fits = factors.length > 0 && sides.every((side, i) => i % 2 === 0 || side === sides[i - 1]);
  if (fits) return;
  const [of, ...shapes] = [w, ...factors].map(({ shape }) => shape.join("×"));
  throw new UsageError(
    `the product of ${shapes.join(" and ")} cannot be taken off a ${of} matrix; give (m, r), …, (q, n)`,
  );
}
