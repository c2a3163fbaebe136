import { softmax } from "./softmax.ts";

/**
 * The token to which a number falls when each takes a part of [0, 1) as wide as its probability, in the order of the ids.
 *
 * @param scores logits of one sequence (vocabulary), −∞ for tokens that are left out
 * @param uniform a random number in [0, 1)
 */
export function drawToken(scores: Float32Array, uniform: number): number {
  const probabilities = softmax(scores);
  let left = uniform;
  let last = 0;
  for (let id = 0; id < probabilities.length; id++) {
    if (probabilities[id] === 0) continue;
    left -= probabilities[id]!;
    if (left < 0) return id;
    last = id;
  }
  return last; // where the parts' rounded widths leave a rest
}
