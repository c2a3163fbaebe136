import { normalizeMath } from "./normalize_math.ts";

/**
 * Whether two answers of MATH are the same to the paper's evaluator: equal strings by {@linkcode normalizeMath}; where a
 * rule fails for one of them, equal as they are. Null stands for a missing answer: equal to another missing one alone.
 *
 * @example
 * ```ts
 * import { mathEquivalent } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.ok(mathEquivalent("\\frac12", "\\frac{1}{2}"));
 * assert.ok(!mathEquivalent("0.50", "0.5"));
 * ```
 */
export function mathEquivalent(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return a === b;
  const [first, second] = [normalizeMath(a), normalizeMath(b)];
  return first === null || second === null ? a === b : first === second;
}
