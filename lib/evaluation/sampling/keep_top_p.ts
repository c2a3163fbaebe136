import { softmax } from "./softmax.ts";

/**
 * Leaves only the likeliest tokens whose probabilities together reach p (Holtzman et al. 2020, arXiv 1904.09751, section 3.1), and
 * always the likeliest one, as transformers' `TopPLogitsWarper`. Of equally likely tokens those with the larger ids stay.
 *
 * @param scores logits of one sequence (vocabulary); those of the other tokens become −∞
 * @param p above 0, up to 1
 */
export function keepTopP(scores: Float32Array, p: number): void {
  if (p >= 1) return;
  const probabilities = softmax(scores);
  const { threshold, equal } = lastLeftOut(probabilities, 1 - p);
  let equalLeft = equal;
  for (let id = 0; id < scores.length; id++) {
    const probability = probabilities[id]!;
    if (probability > threshold) continue;
    if (probability === threshold && equalLeft-- <= 0) continue;
    scores[id] = -Infinity;
  }
}

/**
 * Up to which probability tokens are left out when the least likely ones are that together have no more than a share, and how many
 * of those that have this very probability.
 */
function lastLeftOut(probabilities: Float64Array, share: number): { threshold: number; equal: number } {
  // A token below this is left out whatever the others are: it and all that are less likely sum up to less than the share.
  const unlikely = share / (2 * probabilities.length);
  const room = new Float64Array(probabilities.length);
  let [sum, size] = [0, 0];
  for (let id = 0; id < probabilities.length; id++) {
    if (probabilities[id]! < unlikely) sum += probabilities[id]!;
    else room[size++] = probabilities[id]!;
  }
  const candidates = room.subarray(0, size).sort();
  let count = 0;
  while (count < candidates.length - 1 && sum + candidates[count]! <= share) sum += candidates[count++]!;
  if (count === 0) return { threshold: unlikely, equal: 0 };
  const threshold = candidates[count - 1]!;
  return { threshold, equal: count - candidates.indexOf(threshold) };
}
