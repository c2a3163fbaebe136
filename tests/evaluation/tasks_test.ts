import assert from "node:assert/strict";
import { findTask, tasks } from "../../lib/evaluation/tasks.ts";
import { alpacaEvaluationPrompt, alpacaPrompt } from "../../lib/text/prompts.ts";
import { UsageError } from "../../lib/usage_error.ts";

Deno.test("each task is found by its name", () => {
  assert.deepEqual(tasks.map((task) => task.name), ["gsm8k", "math", "humaneval", "mbpp", "arithmetic"]);
  for (const task of tasks) assert.equal(findTask(task.name), task);
});

Deno.test("an unknown task is refused with the names that are known", () => {
  assert.throws(
    () => findTask("GSM8K"),
    (error) =>
      error instanceof UsageError &&
      error.message.includes('"GSM8K"; choose one of gsm8k, math, humaneval, mbpp, arithmetic'),
  );
});

for (const [name, newTokens] of [["gsm8k", 512], ["math", 2048]] as const) {
  Deno.test(`${name} generates as in the paper`, () => {
    const { maxNewTokens, stop, done, trainingPrompt, evaluationPrompt } = findTask(name);
    assert.equal(maxNewTokens, newTokens);
    assert.deepEqual(stop, ["Instruction:", "Instruction", "Response:", "Response"]);
    assert.equal(done, undefined);
    assert.equal(trainingPrompt("?"), alpacaPrompt("?"));
    assert.equal(evaluationPrompt("?"), alpacaEvaluationPrompt("?"));
  });
}

Deno.test("arithmetic is done with the line that holds the answer, and not before", async () => {
  const { done, load, evaluationPrompt, trainingPrompt } = findTask("arithmetic");
  assert.equal(evaluationPrompt("?"), trainingPrompt("?"));
  for (const { response } of await load({ split: "test", limit: 20 })) {
    assert.ok(done!.test(response));
    for (let end = 0; end < response.length; end++) assert.ok(!done!.test(response.slice(0, end)));
  }
});

Deno.test("arithmetic loads by split, limit and seed", async () => {
  const { load } = findTask("arithmetic");
  assert.equal((await load({ split: "train" })).length, 1000);
  assert.equal((await load({ split: "test" })).length, 200);
  const first = await load({ split: "test", limit: 5 });
  assert.deepEqual((await load({ split: "test", seed: 0 })).slice(0, 5), first);
  assert.notDeepEqual(await load({ split: "test", limit: 5, seed: 1 }), first);
});

Deno.test("every task judges its own responses right", async () => {
  const task = findTask("arithmetic");
  for (const { response, gold } of await task.load({ split: "train", limit: 30 })) {
    assert.ok((await task.score(response, gold)).correct);
  }
});
