import assert from "node:assert/strict";
import { normalizeMath } from "../../lib/evaluation/normalize_math.ts";

const rules: { [rule: string]: readonly [answer: string, normalized: string | null][] } = {
  "1: newlines and \\! are deleted, a double backslash becomes a single one": [
    ["1\n2", "12"],
    ["10,\\!000", "10,000"],
    ["\\\\pi", "\\pi"],
    ["\\\\\\pi", "\\\\pi"],
    ["1\r2", "1\r2"],
  ],
  "2: tfrac and dfrac become frac": [
    ["\\tfrac{1}{2}", "\\frac{1}{2}"],
    ["\\dfrac{1}{2}", "\\frac{1}{2}"],
    ["dfrac", "frac"],
    ["\\cfrac{1}{2}", "\\cfrac{1}{2}"],
  ],
  "3: \\left and \\right are deleted wherever they stand": [
    ["\\left(1,2\\right)", "(1,2)"],
    ["\\leftarrow", "arrow"],
    ["\\rightarrow", "arrow"],
    ["left", "left"],
  ],
  "4: degrees and dollar signs are deleted": [
    ["90^{\\circ}", "90"],
    ["90^\\circ", "90"],
    ["\\$5", "5"],
    ["$5$", "$5$"],
    ["90\\circ", "90\\circ"],
    ["90^ \\circ", "90^\\circ"],
  ],
  "5: the text is cut at one \\text with a space, and two fail": [
    ["5\\text{ cm}", "5"],
    ["5\\text{ cm}^2", "5"],
    ["5\\text{cm}", "5\\text{cm}"],
    ["\\text{even}", "\\text{even}"],
    ["\\text{ even}", ""],
    ["5\\text{ cm}\\text{ long}", null],
    ["5\\mbox{ cm}", "5\\mbox{cm}"],
  ],
  "6: \\% is deleted, a bare % stays": [["50\\%", "50"], ["50%", "50%"], ["\\%", ""], ["\\\\\\%%5", "5"]],
  "7: a decimal point gets a 0 before it after a space, after a brace and at the start": [
    [".5", "\\frac{1}{2}"],
    ["x .5", "x0.5"],
    ["\\sqrt{.5}", "\\sqrt{0.5}"],
    ["(.5)", "(.5)"],
    [".", "0."],
    ["", ""],
    ["\n", ""],
    ["1.5", "1.5"],
  ],
  "8: a left side of at most two characters goes with its only =": [
    ["x=5", "5"],
    ["ab=5", "5"],
    ["x = 5", "5"],
    ["=5", "5"],
    ["abc=5", "abc=5"],
    ["x  =5", "x=5"],
    ["x=y=5", "x=y=5"],
    ["𝑥𝑦=5", "5"],
    ["𝑥𝑦𝑧=5", "𝑥𝑦𝑧=5"],
    ["x=", ""],
  ],
  "9: the character after \\sqrt is braced, a space too, and none fails": [
    ["\\sqrt3", "\\sqrt{3}"],
    ["\\sqrt{3}", "\\sqrt{3}"],
    ["\\sqrt 3", "\\sqrt{}3"],
    ["\\sqrt[3]{2}", "\\sqrt{[}3]{2}"],
    ["\\sqrt12", "\\sqrt{1}2"],
    ["\\sqrt2+\\sqrt3", "\\sqrt{2}+\\sqrt{3}"],
    ["\\sqrt𝑥", "\\sqrt{𝑥}"],
    ["\\sqrt", null],
    ["\\sqrt\\sqrt2", null],
  ],
  "10: spaces are deleted, other white space stays": [["1 + 2", "1+2"], ["1\t2", "1\t2"], [" ", ""]],
  "11: bare arguments of \\frac are braced, and none fails": [
    ["\\frac12", "\\frac{1}{2}"],
    ["\\frac1{72}", "\\frac{1}{72}"],
    ["\\frac{72}1", "\\frac{72}1"],
    ["\\frac1b3", "\\frac{1}{b}3"],
    ["\\frac 1 2", "\\frac{1}{2}"],
    ["\\frac𝑥𝑦", "\\frac{𝑥}{𝑦}"],
    ["\\frac12+\\frac34", "\\frac{1}{2}+\\frac{3}{4}"],
    ["\\frac12+\\frac3", "\\frac12+\\frac3"],
    ["\\frac", null],
    ["\\frac\\frac12", null],
  ],
  "12: exactly 0.5 becomes a half": [
    ["0.5", "\\frac{1}{2}"],
    ["x=0.5", "\\frac{1}{2}"],
    ["0.50", "0.50"],
    ["-0.5", "-0.5"],
  ],
  "13: one integer over another becomes a fraction": [
    ["1/2", "\\frac{1}{2}"],
    ["-1/2", "\\frac{-1}{2}"],
    ["1/-2", "\\frac{1}{-2}"],
    ["0/5", "\\frac{0}{5}"],
    ["1 / 2", "\\frac{1}{2}"],
    ["x=3/4", "\\frac{3}{4}"],
  ],
  "13: integers that are not written as printed stay": [
    ["01/2", "01/2"],
    ["+1/2", "+1/2"],
    ["-0/2", "-0/2"],
    ["1_0/2", "1_0/2"],
    ["１/２", "１/２"],
    ["1/2/3", "1/2/3"],
  ],
  "13: one / between other things fails": [["x/2", null], ["1/", null], ["1.5/2", null], ["1__0/2", null]],
};

for (const [rule, cases] of Object.entries(rules)) {
  Deno.test(`MATH rule ${rule}`, () => {
    for (const [answer, normalized] of cases) assert.equal(normalizeMath(answer), normalized, answer);
  });
}

Deno.test("MATH: each rule works on what the one before it left", () => {
  assert.equal(normalizeMath("\\\\frac12"), "\\frac{1}{2}"); // 1 before 11
  assert.equal(normalizeMath("5\\text{ cm\\%}"), "5"); // 5 before 6
  assert.equal(normalizeMath("\\%.5"), "\\frac{1}{2}"); // 6 before 7
  assert.equal(normalizeMath("x=.5"), ".5"); // 7 before 8
  assert.equal(normalizeMath("\\frac\\sqrt23"), "\\frac{\\}{s}qrt{2}3"); // 9 before 11
});

Deno.test("MATH: answers of ten megabytes are normalized as short ones are", () => {
  const pieces = 10_000_000 / 8;
  assert.equal(normalizeMath("\\tfrac12".repeat(pieces)), "\\frac{1}{2}".repeat(pieces));
  assert.equal(normalizeMath("=\\sqrt2 .".repeat(pieces)), "=\\sqrt{2}0.".repeat(pieces));
});
