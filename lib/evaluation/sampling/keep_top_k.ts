/**
 * Leaves only the k likeliest tokens (Fan et al. 2018, arXiv 1805.04833, section 5.4), and all that are as likely as the last
 * of them, as transformers' `TopKLogitsWarper`.
 *
 * @param scores logits of one sequence (vocabulary); those of the other tokens become −∞
 * @param k at least 1
 */
export function keepTopK(scores: Float32Array, k: number): void {
  if (k >= scores.length) return;
  const threshold = largest(scores, k)[0]!;
  for (let id = 0; id < scores.length; id++) if (scores[id]! < threshold) scores[id] = -Infinity;
}

/** The k largest numbers, in ascending order. */
function largest(numbers: Float32Array, k: number): Float32Array {
  const found = numbers.slice(0, k).sort();
  for (let i = k; i < numbers.length; i++) {
    const number = numbers[i]!;
    if (!(number > found[0]!)) continue;
    let [low, high] = [1, k]; // the first place from which on found is larger
    while (low < high) {
      const middle = (low + high) >> 1;
      if (found[middle]! < number) low = middle + 1;
      else high = middle;
    }
    found.copyWithin(0, 1, low);
    found[low - 1] = number;
  }
  return found;
}
