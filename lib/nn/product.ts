import * as tf from "@tensorflow/tfjs-core";
import { rawOp } from "../tensor/raw_op.ts";
import { tidy } from "../tensor/tidy.ts";
import { isTracing } from "../tensor/tracing.ts";
import { UsageError } from "../usage_error.ts";

const precisions = ["float32", "bfloat16"] as const;

/** The type of number in which products are taken; all else is float32. */
export type Precision = typeof precisions[number];

/**
 * The precision of this name.
 *
 * @throws UsageError for an unknown one
 */
export function findPrecision(name: string): Precision {
  const found = precisions.find((precision) => precision === name);
  if (found) return found;
  throw new UsageError(`unknown precision ${JSON.stringify(name)}; choose one of ${precisions.join(", ")}`);
}

let current: Precision = "float32";

/** Runs `body`, whose {@linkcode product}s are taken in this precision where they are compiled. */
export function withPrecision<R>(precision: Precision, body: () => R): R {
  const before = current;
  current = precision;
  try {
    return body();
  } finally {
    current = before;
  }
}

/** Whether products are rounded to bfloat16 at the moment. */
export function isMixed(): boolean {
  return current === "bfloat16" && isTracing();
}

/**
 * a·b, either of them transposed first: (…, m, k) and (…, k, n) → (…, m, n).
 *
 * In mixed precision (Micikevicius et al. 2018, arXiv 1710.03740) a, b and the product are rounded to bfloat16, and sums are
 * taken in float32 where XLA's library does so, as under PyTorch's autocast. tfjs has no such numbers, so that this is for
 * compiled functions only; elsewhere the product is one of float32.
 */
export function product<T extends tf.Tensor2D | tf.Tensor3D>(
  a: T,
  b: T,
  transposeA = false,
  transposeB = false,
): T {
  if (!isMixed()) return exactProduct(a, b, transposeA, transposeB);
  const halves = [a, b].map((x) => cast(x, "float32", "bfloat16"));
  const attributes = { T: { type: "bfloat16" as const }, adj_x: transposeA, adj_y: transposeB };
  const [c] = rawOp("BatchMatMulV2", attributes, halves, 1);
  return cast(c!, "bfloat16", "float32") as T;
}

/** Wasm has a fast product of two matrices as they lie, ten times as fast as its other one. */
function exactProduct<T extends tf.Tensor2D | tf.Tensor3D>(
  a: T,
  b: T,
  transposeA: boolean,
  transposeB: boolean,
): T {
  if (a.rank === 3 || tf.getBackend() !== "wasm") return tf.matMul<T>(a, b, transposeA, transposeB);
  return tidy(() => tf.matMul<T>(transposeA ? tf.transpose(a) : a, transposeB ? tf.transpose(b) : b));
}

function cast(x: tf.Tensor, from: Precision, to: Precision): tf.Tensor {
  return rawOp("Cast", { SrcT: { type: from }, DstT: { type: to }, Truncate: false }, [x], 1)[0]!;
}
