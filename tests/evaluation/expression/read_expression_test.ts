import assert from "node:assert/strict";
import { Complex } from "complex.js";
import { readExpression } from "../../../lib/evaluation/expression/read_expression.ts";

const at = (latex: string, point: { [name: string]: number } = {}) => {
  const values = Object.entries(point).map(([name, value]): [string, Complex] => [name, new Complex(value)]);
  return readExpression(latex)?.at(new Map(values));
};

const values: { [latex: string]: number } = {
  "1,234.5": 1234.5,
  ".5": 0.5,
  "2\\frac{3}{4}": 2.75,
  "\\frac12": 0.5,
  "-2^2": -4,
  "2^{-1}": 0.5,
  "2^3^2": 64, // as it is read: ^ binds to what stands before it
  "1-2-3": -4,
  "12/3/2": 2,
  "2(3+4)5": 70,
  "2\\pi": 2 * Math.PI,
  "\\sqrt[3]{-8}": -2,
  "|2-5|": 3,
  "3!": 6,
  "\\binom{5}{2}": 10,
  "50\\%": 0.5,
  "90^\\circ": Math.PI / 2,
  "\\log_2 8": 3,
  "\\log 1000": 3,
  "\\sin^2 30^\\circ": 0.25,
  "sqrt(16)/2": 2,
};

for (const [latex, value] of Object.entries(values)) {
  Deno.test(`a formula is read and evaluated: ${latex}`, () => {
    const found = at(latex)!;
    assert.ok(Math.abs(found.re - value) < 1e-12 && Math.abs(found.im) < 1e-12, String(found));
  });
}

Deno.test("variables are named, and take their values", () => {
  assert.deepEqual([...readExpression("ax^2+b_{1}\\alpha")!.names].sort(), ["\\alpha", "a", "b_1", "x"]);
  assert.equal(at("ax^2+b_1", { a: 2, x: 3, b_1: 4 })!.re, 22);
});

Deno.test("what has a part that is not finite has no value", () => {
  for (const latex of ["1/0", "1/(1/0)", "\\frac{1}{200!}", "e^{-10^{400}}", "0\\cdot 10^{400}", "(1.5)!"]) {
    assert.ok(Number.isNaN(at(latex)!.re), latex);
  }
});

Deno.test("what is no formula, too long or too deep is not read", () => {
  for (
    const text of [
      "",
      "five!?",
      "1 2",
      "(1",
      "x=1",
      "\\frac{1}",
      "2+",
      "\\text{x}",
      "1,2",
      "(".repeat(60),
      "1+".repeat(600) + "1",
    ]
  ) assert.equal(readExpression(text), null, text.slice(0, 20));
});
