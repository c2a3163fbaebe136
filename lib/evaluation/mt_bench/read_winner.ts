/**
 * Which of two answers a judge prefers: `A`, `B`, or `C` for a tie, as it says in double brackets. Where it says several, A
 * goes before B and B before C; null where it says none.
 *
 * Source: FastChat, `llm_judge/common.py`.
 *
 * @example
 * ```ts
 * import { readWinner } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.equal(readWinner("B is more precise. [[B]]"), "B");
 * assert.equal(readWinner("Both are fine."), null);
 * ```
 */
export function readWinner(judgement: string): "A" | "B" | "C" | null {
  return (["A", "B", "C"] as const).find((name) => judgement.includes(`[[${name}]]`)) ?? null;
}
