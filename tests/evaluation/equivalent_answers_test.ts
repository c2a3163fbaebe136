import assert from "node:assert/strict";
import { equivalentAnswers } from "../../lib/evaluation/equivalent_answers.ts";

const equal: { [way: string]: readonly [string, string][] } = {
  "fractions, decimals and percentages": [
    ["1/2", "0.5"],
    ["\\frac12", "50\\%"],
    ["50\\%", "50"],
    [".5", "\\dfrac{1}{2}"],
    ["2\\frac{3}{4}", "11/4"],
    ["-\\frac{1}{3}", "\\frac{-1}{3}"],
  ],
  "thousands": [["1,234", "1234"], ["10,\\!000", "10000"], ["1{,}234.50", "1234.5"]],
  "names, units, dollar and degree signs": [
    ["x=5", "5"],
    ["x = 5", "x=5"],
    ["x=1, y=2", "y=2, x=1"],
    ["f(x) = x^2", "x^2"],
    ["x \\in [0,1]", "[0, 1]"],
    ["(x,y) = (1,2)", "(1, 2)"],
    ["5\\text{ cm}^2", "5"],
    ["5 cm", "5"],
    ["\\$18.90", "18.9"],
    ["90^\\circ", "90°"],
    ["$5$.", "5"],
  ],
  "roots, powers and functions": [
    ["\\frac{\\sqrt2}{2}", "1/\\sqrt{2}"],
    ["\\sqrt[3]{-8}", "-2"],
    ["sqrt(3)/2", "\\frac{\\sqrt{3}}{2}"],
    ["2^{10}", "1024"],
    ["\\log_2 8", "3"],
    ["\\sin 30^\\circ", "0.5"],
    ["\\binom52", "10"],
    ["5!", "120"],
    ["3\\sqrt{2}i", "i\\sqrt{18}"],
    ["e^{i\\pi}", "-1"],
    ["2π", "2\\pi"],
  ],
  "formulas": [
    ["x^2-1", "(x-1)(x+1)"],
    ["\\sin^2 x+\\cos^2 x", "1"],
    ["|x-3|", "|3-x|"],
    ["4a(b+c)", "4ab+4ac"],
    ["x_1+x_{2}", "x_2+x_{1}"],
    ["\\frac{x}{2}", "x/2"],
  ],
  "lists, sets, points, intervals and matrices": [
    ["1,2", "2, 1"],
    ["\\{1,2\\}", "2,1"],
    ["1 and 2", "2,1"],
    ["1\\pm\\sqrt{3}", "1-\\sqrt3, 1+\\sqrt3"],
    ["(1/2, 0.25)", "\\left(0.5,\\frac14\\right)"],
    ["[0,\\infty)", "[0, \\infty)"],
    ["(-\\infty,2)\\cup(3,5]", "(3,5]\\cup(-\\infty,2)"],
    ["\\begin{pmatrix}1/2\\\\2\\end{pmatrix}", "\\begin{pmatrix} 0.5 \\\\ 2 \\end{pmatrix}"],
  ],
  "texts": [["\\text{(A)}", "A"], ["\\text{even}", "Even"]],
};

const unequal: readonly [string, string][] = [
  ["0.333", "1/3"],
  ["\\frac{11}{2}", "\\frac{1}{12}"],
  ["2 3/4", "23/4"],
  ["2 3/4", "1.5"],
  ["(1,2)", "[1,2]"],
  ["(1,2)", "(2,1)"],
  ["1,2", "1,2,2"],
  ["x", "y"],
  ["x", "|x|"],
  ["a", "A"],
  ["\\frac{1}{2004!}", "0"],
  ["\\frac{1}{10^{400}}", "0"],
  ["2x", "2"],
  ["a=5", "b=5"],
  ["x=1, y=2", "x=2, y=1"],
  ["1000000000", "1000000001"],
  ["12345678901234567890", "12345678901234567891"],
  ["\\infty", "-\\infty"],
  ["2x+3y=6", "6"],
  ["101_2", "5"],
  ["5", "\\text{five}"],
  ["5", ""],
  ["1/0", "2/0"],
];

for (const [way, pairs] of Object.entries(equal)) {
  Deno.test(`answers of one value are equal: ${way}`, () => {
    for (const [a, b] of pairs) {
      assert.ok(equivalentAnswers(a, b), `${a} | ${b}`);
      assert.ok(equivalentAnswers(b, a), `${b} | ${a}`);
    }
  });
}

Deno.test("answers of other values, orders or brackets are not equal", () => {
  for (const [a, b] of unequal) {
    assert.ok(!equivalentAnswers(a, b), `${a} | ${b}`);
    assert.ok(!equivalentAnswers(b, a), `${b} | ${a}`);
  }
});

Deno.test("hostile answers are judged at once", () => {
  const hostile = [
    ...["(".repeat(5_000_000), "answer ".repeat(1_000_000), "{".repeat(1900), "9^".repeat(900) + "9"],
    ...["170!".repeat(400), "1,".repeat(900), "\\pm1".repeat(400), "((1,2),".repeat(200), " 1".repeat(900)],
    ...["\\frac".repeat(380), "-".repeat(1990) + "1", "x^{1000}".repeat(200), "\\begin{matrix}".repeat(100)],
  ];
  for (const answer of hostile) {
    assert.equal(equivalentAnswers(answer, "5"), false, answer.slice(0, 20));
    assert.equal(equivalentAnswers(answer, answer), true, answer.slice(0, 20));
  }
});
