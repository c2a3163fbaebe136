const MARKER = "The answer is: ";

/**
 * The text after the last exact `The answer is: ` of an output (case and the space at its end matter), or null without one:
 * where MetaMath's evaluators, and with them the paper's, look for an answer.
 */
export function markedAnswer(output: string): string | null {
  const at = output.lastIndexOf(MARKER);
  return at < 0 ? null : output.slice(at + MARKER.length);
}
