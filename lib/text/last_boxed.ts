const MARK = "\\boxed";

/**
 * What stands in the last `\boxed{…}` of a text, braces inside it being balanced; null when the text has no `\boxed`, or
 * when its last one has no braces (`\boxed 5`) or does not close. Takes time linear in the text.
 *
 * @example
 * ```ts
 * import { lastBoxed } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.equal(lastBoxed("First $\\boxed{1}$, then $\\boxed{\\frac{1}{2}}$."), "\\frac{1}{2}");
 * ```
 */
export function lastBoxed(text: string): string | null {
  const mark = text.lastIndexOf(MARK);
  const start = mark + MARK.length;
  if (mark < 0 || text[start] !== "{") return null;
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0) return text.slice(start + 1, i);
  }
  return null;
}
