/**
 * Makes tokens that were there before less likely (Keskar et al. 2019, arXiv 1909.05858, section 4.1; for logits of both signs
 * as transformers' `RepetitionPenaltyLogitsProcessor`): a positive logit is divided by the penalty, a negative one multiplied.
 *
 * @param scores logits of one sequence (vocabulary); changed in place
 * @param seen tokens of the prompt and of what followed, each once
 * @param penalty 1 changes nothing, more makes repetition less likely
 */
export function repetitionPenalty(scores: Float32Array, seen: Iterable<number>, penalty: number): void {
  for (const id of seen) {
    const score = scores[id]!;
    scores[id] = score < 0 ? score * penalty : score / penalty;
  }
}
