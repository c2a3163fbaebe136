import assert from "node:assert/strict";
import { finalAnswer } from "../../lib/evaluation/final_answer.ts";

Deno.test("the answer is found after the last marker, in whatever writing", () => {
  assert.equal(finalAnswer("The answer is: 5\nand more 6"), "5");
  assert.equal(finalAnswer("the ANSWER IS 5"), "5");
  assert.equal(finalAnswer("The answer is: 1. So the answer is\n\n2"), "2");
  assert.equal(finalAnswer("\\boxed{1}. The answer is $\\frac{1}{2}$, as said."), "\\frac{1}{2}");
  assert.equal(finalAnswer("The final answer is $\\boxed{7}$."), "7");
});

Deno.test("without a marker the last box counts, and without a box the last number", () => {
  assert.equal(finalAnswer("So $\\boxed{1}$ and $\\boxed{x+1}$, not 3."), "x+1");
  assert.equal(finalAnswer("5 and then -1,234.5 apples."), "-1,234.5");
  assert.equal(finalAnswer("nothing"), null);
  assert.equal(finalAnswer(""), null);
});

Deno.test("outputs of ten megabytes are read", () => {
  for (const piece of ["answer is ", "1,234", "\\boxed{", "\n", "-"]) {
    finalAnswer(piece.repeat(1e7 / piece.length));
  }
});
