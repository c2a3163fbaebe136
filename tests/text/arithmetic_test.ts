import assert from "node:assert/strict";
import { scoreGsm8k } from "../../lib/evaluation/score_gsm8k.ts";
import { arithmeticExamples, type Difficulty } from "../../lib/text/arithmetic.ts";
import { stories } from "../../lib/text/arithmetic_stories.ts";
import { UsageError } from "../../lib/usage_error.ts";

const evaluate: { [operation: string]: (a: number, b: number) => number } = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};

const numbersIn = (text: string) => text.match(/\d+/g)!.map(Number);

for (const difficulty of [1, 2, 3] as const) {
  Deno.test(`worked solutions of ${difficulty} operation(s) are right, in one line, and use the question's numbers`, () => {
    for (const { question, response, gold } of make(difficulty)) {
      const [, worked, stated] = /^(.+)\nThe answer is: (\d+)\n$/.exec(response)!;
      const steps = [...worked!.matchAll(/(\d+) ([-+*/]) (\d+) = (\d+)\.(?: |$)/g)];
      assert.equal(steps.map(([text]) => text).join(""), worked, "nothing but steps");
      assert.equal(steps.length, difficulty);
      let running = Number(steps[0]![1]);
      const used = [running];
      for (const [, left, operation, right, result] of steps) {
        assert.equal(Number(left), running, response);
        running = evaluate[operation!]!(running, Number(right));
        assert.equal(Number(result), running, response);
        assert.ok(Number.isInteger(running) && running >= 0, response);
        used.push(Number(right));
      }
      assert.equal(Number(stated), running);
      assert.equal(gold, `#### ${running}`);
      assert.deepEqual(numbersIn(question), used, question);
    }
  });
}

Deno.test("the GSM8K scorer accepts every response against its gold, and not against another number", () => {
  for (const { response, gold } of make()) {
    assert.ok(scoreGsm8k(response, gold).correct);
    assert.ok(!scoreGsm8k(response, `#### ${numbersIn(gold)[0]! + 1}`).correct);
  }
});

Deno.test("no question is asked twice, and no numbers of a test problem occur in a train problem", () => {
  const train = [...make(), ...arithmeticExamples({ count: 600, seed: 5, split: "train" })];
  const test = arithmeticExamples({ count: 300, seed: 0, split: "test" });
  assert.equal(new Set(make().map((e) => e.question)).size, make().length);
  const trained = new Set(train.map((e) => numbersIn(e.question).join(" ")));
  for (const { question } of test) assert.ok(!trained.has(numbersIn(question).join(" ")), question);
});

Deno.test("the same seed makes the same problems, more of them keep the first, another seed makes others", () => {
  const request = { count: 50, seed: 3, split: "train" } as const;
  assert.deepEqual(arithmeticExamples(request), arithmeticExamples(request));
  assert.deepEqual(arithmeticExamples({ ...request, count: 80 }).slice(0, 50), arithmeticExamples(request));
  const shared = new Set(arithmeticExamples(request).map((e) => e.question))
    .intersection(new Set(arithmeticExamples({ ...request, seed: 4 }).map((e) => e.question)));
  assert.ok(shared.size < 5, `${shared.size} of 50 questions shared between seeds`);
});

Deno.test("every placeholder is filled, and every template is used at each difficulty", () => {
  for (const difficulty of [1, 2, 3] as const) {
    const questions = make(difficulty).map((e) => e.question);
    for (const question of questions) assert.doesNotMatch(question, /[{}]|undefined|NaN/);
    for (const story of stories) {
      const opening = new RegExp("^" + story.open.replace(/\{\w+\}/g, "\\w+"));
      assert.ok(questions.some((question) => opening.test(question)), `${story.open} at ${difficulty}`);
    }
  }
  assert.ok(stories.length >= 8);
});

Deno.test("every template keeps the moves that a problem of three operations needs", () => {
  for (const { open, moves } of stories) {
    const inner = moves.filter((move) => !move.ask).map((move) => move.operation);
    assert.ok(inner.length >= 3 && inner.includes("+") && inner.includes("-"), open);
  }
});

Deno.test("responses are about 30 tokens, at most 48, where words, digits, signs and lone spaces are tokens", () => {
  const tokens = (text: string) => text.match(/ ?[A-Za-z]+|\d| ?[^\sA-Za-z\d]|\s/g)!.length;
  const lengths = make().map(({ response }) => tokens(response));
  assert.equal(tokens("21 - 4 = 17. 17 + 10 = 27.\nThe answer is: 27\n"), 31);
  assert.ok(Math.max(...lengths) <= 48);
  assert.ok(lengths.reduce((sum, n) => sum + n) / lengths.length <= 30);
});

Deno.test("without a difficulty, one, two and three operations come in turn", () => {
  const operations = make().slice(0, 6).map((e) => e.response.split(" = ").length - 1);
  assert.deepEqual(operations, [1, 2, 3, 1, 2, 3]);
});

Deno.test("ids are unique and name task, split and place", () => {
  assert.deepEqual(make().slice(0, 2).map((e) => e.id), ["arithmetic/train/0", "arithmetic/train/1"]);
});

Deno.test("a count that cannot be served is refused with the range", () => {
  for (const count of [0, -1, 1.5, NaN, 10_001]) {
    assert.throws(
      () => arithmeticExamples({ count, seed: 0, split: "train" }),
      (error) => error instanceof UsageError && error.message.includes("from 1 to 10000"),
    );
  }
});

Deno.test("the largest count is served at the smallest difficulty of the smaller split", () => {
  assert.equal(arithmeticExamples({ count: 10_000, seed: 1, difficulty: 1, split: "test" }).length, 10_000);
});

function make(difficulty?: Difficulty) {
  return arithmeticExamples({ count: 600, seed: 0, split: "train", ...(difficulty && { difficulty }) });
}
