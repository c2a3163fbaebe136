import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../tensor/random.ts";
import { UsageError } from "../usage_error.ts";
import { approximateLeverageScores, type LeverageScores, leverageScores } from "./leverage_scores.ts";
import { requireFinite } from "./require_finite.ts";
import { sampleWithoutReplacement } from "./sample_without_replacement.ts";

/** How rows or columns of a matrix W (m, n) are chosen. */
export type Sampling =
  /** The first ones, as NLoRA does; W is not read. */
  | "first"
  /** At random, all alike; W is not read. */
  | "uniform"
  /** At random by squared norm (Drineas, Kannan & Mahoney 2006), O(m·n). */
  | "norm"
  /** At random by {@linkcode leverageScores} at the rank that is chosen, O(m·n·min(m, n)). */
  | "leverage"
  /** At random by {@linkcode approximateLeverageScores} at the rank that is chosen, O(m·n·r). */
  | "approximate-leverage";

/** The names of the samplings. */
export const samplings: readonly Sampling[] = [
  "first",
  "uniform",
  "norm",
  "leverage",
  "approximate-leverage",
];

/** A sampling, or the indices themselves: distinct, in range, in the order in which they are to be taken. */
export type Selection = Sampling | readonly number[];

/**
 * Chooses `count` distinct rows and as many columns of a matrix; drawn ones come ascending, given ones as they are.
 * Rows are drawn before columns; scores that both need are computed once.
 *
 * @param w (m, n)
 * @throws UsageError for an unknown sampling, for given indices that are too many or few, out of range or repeated, and for
 *   a NaN or an infinity in w where it is read
 *
 * @example
 * ```ts
 * import { chooseRowsAndColumns, Random, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const w = tf.tensor2d([[0, 0, 0], [3, 0, 1], [0, 0, 2]]);
 * const chosen = await chooseRowsAndColumns(w, 2, { rows: "norm", columns: [2, 0] }, new Random(0));
 * assert.deepEqual(chosen, { rowIndices: [1, 2], columnIndices: [2, 0] });
 * ```
 */
export async function chooseRowsAndColumns(
  w: tf.Tensor2D,
  count: number,
  { rows, columns }: { rows: Selection; columns: Selection },
  random: Random,
): Promise<{ rowIndices: readonly number[]; columnIndices: readonly number[] }> {
  requireSelection(w, count, "rows", rows);
  requireSelection(w, count, "columns", columns);
  const known = new Map<Sampling, Promise<LeverageScores>>();
  const choose = async (side: Side, selection: Selection): Promise<readonly number[]> => {
    if (typeof selection !== "string") return selection;
    const size = w.shape[side === "rows" ? 0 : 1];
    if (selection === "first") return Array.from({ length: count }, (_, i) => i);
    if (selection === "uniform") {
      return sampleWithoutReplacement(new Float32Array(size).fill(1), count, random);
    }
    if (selection === "norm") return sampleWithoutReplacement(await squaredNorms(w, side), count, random);
    if (!known.has(selection)) {
      known.set(
        selection,
        selection === "leverage" ? leverageScores(w, count) : approximateLeverageScores(w, count, random),
      );
    }
    return sampleWithoutReplacement((await known.get(selection)!)[side], count, random);
  };
  return { rowIndices: await choose("rows", rows), columnIndices: await choose("columns", columns) };
}

type Side = "rows" | "columns";

/** The squared norms of the rows (m) or the columns (n). */
async function squaredNorms(w: tf.Tensor2D, side: Side): Promise<Float32Array> {
  await requireFinite({ w });
  const norms = tf.tidy(() => tf.sum(tf.square(w), side === "rows" ? 1 : 0));
  const values = await norms.data<"float32">();
  norms.dispose();
  return values;
}

function requireSelection(w: tf.Tensor2D, count: number, side: Side, selection: Selection): void {
  if (typeof selection === "string") {
    if (samplings.includes(selection)) return;
    throw new UsageError(
      `unknown sampling ${JSON.stringify(selection)} of ${side}; choose one of ${samplings.join(", ")}`,
    );
  }
  const [matrix, size] = [`a ${w.shape.join("×")} matrix`, w.shape[side === "rows" ? 0 : 1]];
  if (selection.length !== count) {
    throw new UsageError(
      `${selection.length} ${side} are given for rank ${count} of ${matrix}; give ${count}`,
    );
  }
  selection.forEach((index, i) => {
    if (!Number.isInteger(index) || index < 0 || index >= size) {
      throw new UsageError(`${side}[${i}] = ${index} is not from 0 to ${size - 1} of ${matrix}`);
    }
    if (selection.indexOf(index) !== i) {
      throw new UsageError(
        `${side}[${i}] = ${index} is given twice; each of the ${side} of ${matrix} counts once`,
      );
    }
  });
}
