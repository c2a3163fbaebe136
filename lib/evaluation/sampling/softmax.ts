/**
 * Probabilities of the tokens of one sequence: exp(score) / Σ exp(score), taken in double precision; 0 where a score is −∞.
 *
 * @param scores (vocabulary), at least one of them finite
 */
export function softmax(scores: Float32Array): Float64Array {
  let most = -Infinity;
  for (let id = 0; id < scores.length; id++) if (scores[id]! > most) most = scores[id]!;
  const result = new Float64Array(scores.length);
  let total = 0;
  for (let id = 0; id < scores.length; id++) {
    if (scores[id] === -Infinity) continue;
    total += result[id] = Math.exp(scores[id]! - most);
  }
  for (let id = 0; id < scores.length; id++) result[id]! /= total;
  return result;
}
