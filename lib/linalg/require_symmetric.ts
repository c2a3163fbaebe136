import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../usage_error.ts";
import { requireFinite } from "./require_finite.ts";

/** How far entries across the diagonal may lie apart, relative to the largest entry: sums in another order do that much. */
const tolerance = 1e-5;

/** Refuses a matrix that is not square, not finite or not symmetric, with its shape and how far it is from that. */
export async function requireSymmetric(name: string, x: tf.Tensor2D): Promise<void> {
  const [m, n] = x.shape;
  if (m !== n) throw new UsageError(`${name} must be square and symmetric, and this matrix is ${m}×${n}`);
  await requireFinite({ [name]: x });
  const extremes = tf.tidy(() => tf.stack([tf.max(tf.abs(tf.sub(x, tf.transpose(x)))), tf.max(tf.abs(x))]));
  const [apart, largest] = await extremes.data() as Float32Array;
  extremes.dispose();
  if (apart! > tolerance * largest!) {
    throw new UsageError(
      `${name} (${m}×${n}) is not symmetric: entries across the diagonal differ by up to ${apart}; give (x + xᵀ)/2`,
    );
  }
}
