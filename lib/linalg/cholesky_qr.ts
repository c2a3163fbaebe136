import * as tf from "@tensorflow/tfjs-core";
import { rawOp } from "../tensor/raw_op.ts";

/**
 * The reduced QR decomposition of a tall matrix x (m, n) by two rounds of Cholesky's decomposition of its Gram matrix
 * (CholeskyQR2, Yamamoto, Nakatsukasa, Yanagisawa & Fukaya 2015), which is nearly all products and so several times as fast
 * as Householder's; or null where the columns are too nearly dependent for it, from cond of about 10³ in float32: the first
 * round is then not near orthonormal, and the second, which would make it so to rounding, cannot. O(m·n²); for backends with
 * TensorFlow's own operations.
 */
export async function choleskyQr(x: tf.Tensor2D): Promise<{ q: tf.Tensor2D; r: tf.Tensor2D } | null> {
  const first = round(x);
  const second = round(first.q);
  const r = tf.matMul<tf.Tensor2D>(second.lower, first.lower, true, true); // (L₁·L₂)ᵀ
  const off = tf.tidy(() => tf.max(tf.abs(tf.sub(second.gram, tf.eye(x.shape[1])))));
  const [distance] = await off.data();
  tf.dispose([first, second.lower, second.gram, off]);
  if (distance! < 0.1) return { q: second.q, r };
  tf.dispose([second.q, r]);
  return null;
}

/** q = x·L⁻ᵀ with L·Lᵀ = xᵀ·x; not finite where the Gram matrix is not positive definite to rounding. */
function round(x: tf.Tensor2D): { q: tf.Tensor2D; lower: tf.Tensor2D; gram: tf.Tensor2D } {
  return tf.tidy(() => {
    const gram = tf.matMul<tf.Tensor2D>(x, x, true, false); // (n, n)
    const [lower] = rawOp("Cholesky", { T: { type: "float32" } }, [gram], 1) as [tf.Tensor2D];
    const solve = { lower: true, adjoint: false, T: { type: "float32" } } as const;
    const [inverse] = rawOp("MatrixTriangularSolve", solve, [lower, tf.eye(x.shape[1])], 1) as [tf.Tensor2D];
    return { q: tf.matMul<tf.Tensor2D>(x, inverse, false, true), lower, gram };
  });
}
