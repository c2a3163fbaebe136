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
  // A token below this is left out whatever the others are: it and all that are less likely sum up to less than 1 − p.
  const unlikely = (1 - p) / (2 * scores.length);
  const candidates: number[] = [];
  let leftOut = 0;
  for (let id = 0; id < scores.length; id++) {
    if (probabilities[id]! >= unlikely) candidates.push(id);
    else {
      leftOut += probabilities[id]!;
      scores[id] = -Infinity;
    }
  }
  candidates.sort((a, b) => probabilities[a]! - probabilities[b]! || a - b);
  for (const id of candidates.slice(0, -1)) {
    leftOut += probabilities[id]!;
    if (leftOut > 1 - p) return;
    scores[id] = -Infinity;
  }
}
