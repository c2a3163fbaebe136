import type * as tf from "@tensorflow/tfjs-core";
import { makeWeight, type Weight, type WeightStorage } from "../nn/weight.ts";
import { makeResident } from "../tensor/resident.ts";
import { gatherPieces, tensorOfPieces } from "../tensor/tensor_of_pieces.ts";
import { mapLeaves } from "../tensor/tensor_tree.ts";

/**
 * A weight on the backend from its elements in pieces of whole rows, rounded as the storage asks; the caller owns it.
 *
 * @throws UsageError as {@linkcode makeWeight} does
 */
export async function readWeight(
  pieces: AsyncIterable<Float32Array>,
  shape: readonly [number, number],
  storage: WeightStorage,
): Promise<Weight> {
  if (storage === "float32") return await tensorOfPieces<tf.Rank.R2>(pieces, [...shape]);
  return mapLeaves(makeWeight(await gatherPieces(pieces, shape[0] * shape[1]), shape, storage), makeResident);
}
