import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mathEquivalent } from "../../lib/evaluation/math_equivalent.ts";
import { normalizeMath } from "../../lib/evaluation/normalize_math.ts";

type Pair = [a: string, b: string, normalizedA: string | null, normalizedB: string | null, equal: boolean];
const golden: Pair[] = JSON.parse(
  readFileSync(new URL("../golden/math/golden.json", import.meta.url), "utf8"),
);

const equal: readonly [string, string][] = [
  ["\\frac12", "\\frac{1}{2}"],
  ["a=5", "b=5"],
  ["0.5", "1/2"],
  [" 3 ", "3"],
  ["10,\\!000", "10,000"],
];
const unequal: readonly [string, string][] = [
  ["0.50", "0.5"],
  ["50%", "50"],
  ["\\sqrt 3", "\\sqrt{3}"],
  ["1,000", "1000"],
  ["2/4", "1/2"],
  ["{1}", "1"],
  ["X", "x"],
];

Deno.test("MATH: answers are equal when they are one string in normal form", () => {
  for (const [a, b] of equal) assert.ok(mathEquivalent(a, b) && mathEquivalent(b, a), `${a} | ${b}`);
  for (const [a, b] of unequal) assert.ok(!mathEquivalent(a, b) && !mathEquivalent(b, a), `${a} | ${b}`);
});

Deno.test("MATH: where a rule fails, both answers are compared as they are", () => {
  assert.ok(mathEquivalent("x/2", "x/2"));
  assert.ok(!mathEquivalent("x/2", "x /2"));
  assert.ok(!mathEquivalent("\\sqrt", "\\sqrt "));
  assert.ok(!mathEquivalent("\\dfrac{x/2}{3}", "\\frac{x/2}{3}"));
});

Deno.test("MATH: a missing answer equals a missing answer alone", () => {
  assert.ok(mathEquivalent(null, null));
  assert.ok(!mathEquivalent(null, ""));
  assert.ok(!mathEquivalent("5", null));
});

Deno.test("MATH: a thousand pairs are judged as lm-eval's task judges them", () => {
  for (
    const [a, b, normalizedA, normalizedB, equal] of golden as [string, string, string, string, boolean][]
  ) {
    assert.equal(normalizeMath(a), normalizedA, a);
    assert.equal(normalizeMath(b), normalizedB, b);
    assert.equal(mathEquivalent(a, b), equal, `${a} | ${b}`);
  }
});
