import assert from "node:assert/strict";
import { scoreGsm8k } from "../../lib/evaluation/score_gsm8k.ts";
import { UsageError } from "../../lib/usage_error.ts";

const extract = (output: string) => scoreGsm8k(output, "#### 0").extracted;
const answer = (text: string) => extract(`The answer is: ${text}`);

const rules: { [rule: string]: readonly [answer: string, extracted: string | null][] } = {
  "an integer is taken as it is": [["72", "72"], ["0", "0"], ["007", "7"]],
  "the first number counts": [["18 of 20", "18"], ["$18.00.", "18"], ["about 3 or 4", "3"], ["x = 5", "5"]],
  "a sign next to the digits belongs to the number": [["-5", "-5"], ["+5", "5"], ["-0", "0"], ["--5", "-5"]],
  "a sign apart from the digits does not": [["- 5", "5"]],
  "halves round to the even neighbour": [
    ["2.5", "2"],
    ["3.5", "4"],
    ["0.5", "0"],
    ["1.5", "2"],
    ["-2.5", "-2"],
    ["-3.5", "-4"],
    ["-0.5", "0"],
  ],
  "other decimals round to the nearest": [["2.51", "3"], ["2.49", "2"], ["-2.51", "-3"], ["99.99", "100"]],
  "digits before the separator are optional, digits after it are not": [
    [".6", "1"],
    [",6", "6"],
    ["5.", "5"],
    ["5,", "5"],
    ["5/", "5"],
  ],
  "one comma is dropped, the next ends the number": [["1,234", "1234"], ["1,234,567", "1234"], ["1,5", "15"]],
  "at most one separator": [["1.2.3", "1"], ["1,234.9", "1234"], ["1/2/3", "0"]],
  "a fraction is evaluated and rounded half to even": [
    ["1/2", "0"],
    ["3/2", "2"],
    ["5/2", "2"],
    ["7/2", "4"],
    ["-5/2", "-2"],
    ["-7/2", "-4"],
    ["10/3", "3"],
    ["11/3", "4"],
    ["-11/3", "-4"],
    ["+9/3", "3"],
  ],
  "over exactly 0 a fraction gives its numerator": [["7/0", "7"], ["-7/0", "-7"]],
  "over a longer zero it is infinite, which is wrong": [["7/00", null], ["0/00", null]],
  "a fraction without a numerator is no number": [["/5", null], ["-/5", null]],
  "a number too large for a float is infinite, which is wrong": [["9".repeat(400), null], [
    `${"9".repeat(400)}/3`,
    null,
  ]],
  "large integers keep a float's value": [
    ["9007199254740991", "9007199254740991"],
    ["123456789012345680000", "123456789012345683968"],
    [`${"9".repeat(400)}/${"9".repeat(399)}`, "10"],
  ],
  "a fraction is rounded as the float that it is nearest to": [
    ["149999999999999999999/100000000000000000000", "2"],
    ["90071992547409931/10", "9007199254740994"],
  ],
  "a fraction of more digits than Python reads is wrong": [
    [`${"0".repeat(4300)}/2`, "0"],
    [`${"0".repeat(4301)}/2`, null],
  ],
  "no number is wrong": [["", null], ["unknown", null], ["-", null], ["five", null], ["∞", null]],
  "a number may stand on a later line": [["\n\n**42**", "42"]],
};

for (const [rule, cases] of Object.entries(rules)) {
  Deno.test(`GSM8K: ${rule}`, () => {
    for (const [text, extracted] of cases) assert.equal(answer(text), extracted, text.slice(0, 40));
  });
}

Deno.test("GSM8K: without the exact marker an output is wrong", () => {
  for (
    const output of [
      "72",
      "The answer is 72",
      "The answer is:72",
      "The answer is:\n72",
      "the answer is: 72",
      "The Answer is: 72",
      "The answer  is: 72",
      "#### 72",
      "",
    ]
  ) {
    assert.deepEqual(scoreGsm8k(output, "#### 72"), { extracted: null, gold: "72", correct: false }, output);
  }
});

Deno.test("GSM8K: the text after the last marker counts, even when it has no number", () => {
  assert.equal(extract("The answer is: 1\nThe answer is: 2"), "2");
  assert.equal(extract("The answer is: 1\nThe answer is: none"), null);
  assert.equal(extract("12 + 1 = 13. The answer is: 13"), "13");
});

Deno.test("GSM8K: the gold is the integer after its mark, commas removed", () => {
  const golds = {
    "#### 72": "72",
    "so 5.\n#### 1,234,567": "1234567",
    "#### -3": "-3",
    "#### +8 ": "8",
    "#### 007": "7",
  };
  for (const [gold, integer] of Object.entries(golds)) assert.equal(scoreGsm8k("", gold).gold, integer);
});

Deno.test("GSM8K: an answer is right when it equals the gold", () => {
  assert.ok(scoreGsm8k("The answer is: 72.", "#### 72").correct);
  assert.ok(scoreGsm8k("The answer is: 1,234", "#### 1,234").correct);
  assert.ok(scoreGsm8k("The answer is: 71.5", "#### 72").correct);
  assert.ok(!scoreGsm8k("The answer is: 1,234,567", "#### 1,234,567").correct);
  assert.ok(!scoreGsm8k("The answer is: -72", "#### 72").correct);
});

Deno.test("GSM8K: a gold without an integer is refused, saying what is expected", () => {
  for (const gold of ["", "72", "####72", "#### ", "#### seven", "#### 7.5", "#### 7 apples"]) {
    assert.throws(
      () => scoreGsm8k("The answer is: 72", gold),
      (error) => error instanceof UsageError && error.message.includes('no integer after "#### "'),
      gold,
    );
  }
});

Deno.test("GSM8K: outputs of ten megabytes are judged as short ones are", () => {
  const size = 10_000_000;
  assert.equal(extract("The answer is: ".repeat(size / 15) + "5"), "5");
  assert.equal(answer("-".repeat(size) + "5"), "-5");
  assert.equal(answer("+ ".repeat(size / 2)), null);
  assert.equal(answer("9".repeat(size)), null);
  assert.equal(answer(`${"1".repeat(size)}/${"1".repeat(size)}`), null);
});
