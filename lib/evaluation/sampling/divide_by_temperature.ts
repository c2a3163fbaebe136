/**
 * Divides logits by a temperature: below 1 likely tokens become likelier, above 1 all become more alike.
 *
 * @param scores logits of one sequence (vocabulary); changed in place
 * @param temperature above 0
 */
export function divideByTemperature(scores: Float32Array, temperature: number): void {
  for (let id = 0; id < scores.length; id++) scores[id]! /= temperature;
}
