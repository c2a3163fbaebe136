/**
 * The JSON text of a value with the keys of its objects in order: equal values give equal texts, however they were put together.
 *
 * @example
 * ```ts
 * import { canonicalJson } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.equal(canonicalJson({ b: [2, { d: 1, c: null }], a: undefined }), '{"b":[2,{"c":null,"d":1}]}');
 * ```
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_, part) =>
      typeof part === "object" && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0))
        : part,
  );
}
