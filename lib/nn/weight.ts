import * as tf from "@tensorflow/tfjs-core";
import { compile } from "../tensor/compile.ts";
import { hasRawOps } from "../tensor/raw_op.ts";
import { tidy } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import { bfloat16 } from "./bfloat16.ts";
import { int8 } from "./int8.ts";
import { q4 } from "./q4.ts";
import type { PackedParts, WeightFormat } from "./weight_format.ts";

/** The ways to keep a weight in less memory than float32. Adding a format is adding a row. */
export const weightFormats = { bfloat16, int8, q4 } satisfies Record<string, WeightFormat>;

/** How the numbers of a frozen weight are kept. */
export type WeightStorage = "float32" | keyof typeof weightFormats;

/**
 * A storage by its name.
 *
 * @throws UsageError for an unknown one, with those that there are
 */
export function weightStorage(name: string): WeightStorage {
  if (name === "float32" || Object.hasOwn(weightFormats, name)) return name as WeightStorage;
  const names = ["float32", ...Object.keys(weightFormats)].join(", ");
  throw new UsageError(`weights cannot be kept as ${JSON.stringify(name)}; choose one of ${names}`);
}

/** A matrix of low rank, outer·A, as two factors. */
export interface LowRankProduct {
  readonly outer: tf.Tensor2D; // (m, r)
  readonly A: tf.Tensor2D; // (r, n)
}

/** A frozen weight (m, n) in less memory, as plain data. */
export interface PackedWeight {
  readonly format: keyof typeof weightFormats;
  readonly shape: readonly [number, number];
  readonly parts: PackedParts;
  /** Taken off the numbers, in float32, since what is left could not be packed again without another error. */
  readonly less: LowRankProduct | null;
}

/** A frozen weight (m, n): a tensor of float32, or packed. */
export type Weight = tf.Tensor2D | PackedWeight;

/** Whether a weight is packed. */
export function isPacked(weight: Weight): weight is PackedWeight {
  return !(weight instanceof tf.Tensor);
}

/**
 * Numbers as a weight, rounded as the storage asks; the caller owns it.
 *
 * @param values (m, n), row by row
 * @throws UsageError for a storage other than float32 on a backend that cannot reach bits, or rows that do not fill whole
 *   blocks
 */
export function makeWeight(
  values: Float32Array,
  [m, n]: readonly [number, number],
  storage: WeightStorage,
): Weight {
  if (weightStorage(storage) === "float32") return tf.tensor2d(values, [m, n]);
  if (!hasRawOps()) {
    throw new UsageError(
      `${tf.getBackend()} cannot unpack ${storage} weights; keep them as float32, or use the tensorflow backend`,
    );
  }
  const { multiple, pack } = weightFormats[storage as PackedWeight["format"]];
  if (n % multiple !== 0) {
    throw new UsageError(
      `a weight (${m}, ${n}) cannot be kept as ${storage}, whose rows are multiples of ${multiple}; keep it as float32`,
    );
  }
  return { format: storage as PackedWeight["format"], shape: [m, n], parts: pack(values, n), less: null };
}

/**
 * The numbers of a weight (m, n) in float32. A weight that is a tensor comes as it is; what is unpacked is a new tensor, in a
 * compiled function one that lives as long as the product that it stands in. To be called inside `tf.tidy`.
 */
export function unpack(weight: Weight): tf.Tensor2D {
  if (!isPacked(weight)) return weight;
  const numbers = unpackParts(weight.format, weight.parts);
  return weight.less ? tf.sub(numbers, tf.matMul(weight.less.outer, weight.less.A)) : numbers;
}

/** Some rows of a weight (count, n) in float32, by their numbers. To be called inside `tf.tidy`. */
export function gatherRows(weight: Weight, rows: tf.Tensor1D): tf.Tensor2D {
  if (!isPacked(weight)) return tf.gather(weight, rows);
  const parts = Object.entries(weight.parts).map(([name, part]) => [name, tf.gather(part, rows)]);
  return weightFormats[weight.format].unpack(Object.fromEntries(parts));
}

/** One pass over the memory instead of one for each operation. */
const unpackParts = compile(
  (format: PackedWeight["format"], parts: PackedParts) => tidy(() => weightFormats[format].unpack(parts)),
  { name: "unpack" },
);
