import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../usage_error.ts";

/**
 * Tensors in arrays and plain objects, however deep, with numbers, texts, truth values, null and undefined between them.
 * The tensors in the order of the structure are its leaves.
 */
export type TensorTree =
  | tf.Tensor
  | number
  | string
  | boolean
  | null
  | undefined
  | readonly TensorTree[]
  | { readonly [name: string]: TensorTree };

/** The tensors of a tree, in order. */
export function leaves(tree: unknown): tf.Tensor[] {
  const found: tf.Tensor[] = [];
  mapLeaves(tree, (leaf) => {
    found.push(leaf);
    return leaf;
  });
  return found;
}

/**
 * The same tree with other leaves.
 *
 * @throws UsageError where the tree holds something else, with the way to it
 */
export function mapLeaves<T>(tree: T, replace: (leaf: tf.Tensor) => tf.Tensor, way = "value"): T {
  if (tree instanceof tf.Tensor) return replace(tree) as T;
  if (tree === null || typeof tree !== "object") {
    if (typeof tree === "function" || typeof tree === "symbol" || typeof tree === "bigint") {
      throw foreign(tree, way);
    }
    return tree;
  }
  if (Array.isArray(tree)) return tree.map((part, i) => mapLeaves(part, replace, `${way}[${i}]`)) as T;
  const prototype = Object.getPrototypeOf(tree);
  if (prototype !== Object.prototype && prototype !== null) throw foreign(tree, way);
  const entries = Object.entries(tree).map((
    [name, part],
  ) => [name, mapLeaves(part, replace, `${way}.${name}`)]);
  return Object.fromEntries(entries);
}

/**
 * What a tree is besides the numbers in its tensors: equal for trees that differ in them alone.
 *
 * @throws UsageError as {@linkcode mapLeaves} does
 */
export function treeKey(tree: unknown, way?: string): string {
  return JSON.stringify(mapLeaves(tree, (leaf) => leaf, way), (_, value) => {
    if (value instanceof tf.Tensor) return { dtype: value.dtype, shape: value.shape };
    if (value === undefined) return "\0undefined";
    return typeof value === "number" && !Number.isFinite(value) ? `\0${value}` : value;
  });
}

function foreign(value: unknown, way: string): UsageError {
  const what = typeof value === "object" ? (value?.constructor?.name ?? "object") : typeof value;
  return new UsageError(
    `${way} is a ${what}; only tensors, numbers, texts, truth values, and arrays and plain objects of them are taken`,
  );
}
