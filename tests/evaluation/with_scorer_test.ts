import assert from "node:assert/strict";
import { findTask } from "../../lib/evaluation/tasks.ts";
import { withScorer } from "../../lib/evaluation/with_scorer.ts";

Deno.test("the published scorer is the task's own", () => {
  assert.equal(withScorer(findTask("math"), "published"), findTask("math"));
});

Deno.test("the strict scorer judges by value, and its metric says so", async () => {
  for (const [name, gold] of [["gsm8k", "#### 5"], ["math", "$\\boxed{5}$"]] as const) {
    const [task, strict] = [findTask(name), withScorer(findTask(name), "strict")];
    assert.equal(strict.metric, "accuracy by value");
    assert.equal((await task.score("So it is 5.0.", gold)).correct, false);
    assert.equal((await strict.score("So it is 5.0.", gold)).correct, true);
  }
});

Deno.test("another name, and a task without a strict scorer, are refused", () => {
  assert.throws(() => withScorer(findTask("math"), "lax"), /"lax"; choose one of published, strict/);
  assert.throws(() => withScorer(findTask("mbpp"), "strict"), /mbpp has no strict scorer/);
});
