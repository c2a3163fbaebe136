import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { scoreHumanEval } from "../../lib/evaluation/score_human_eval.ts";
import { loadHumanEval } from "../../lib/text/human_eval.ts";
import { UsageError } from "../../lib/usage_error.ts";

const DATA = process.env.NLORA_DATA ?? "";

const problem = {
  prompt: 'from typing import List\n\ndef total(xs: List[int]) -> int:\n    """The sum."""\n',
  test: "def check(candidate):\n    assert candidate([1, 2]) == 3\n    assert candidate([]) == 0\n",
  entry_point: "total",
};
const judge = (output: string) => scoreHumanEval(output, JSON.stringify(problem));

Deno.test("HumanEval: the body of the function, or the whole of it in a fence, passes", async () => {
  assert.deepEqual(await judge("    return sum(xs)\n"), {
    extracted: "    return sum(xs)\n",
    gold: `${problem.test}\ncheck(total)\n`,
    correct: true,
  });
  const whole = "Sure:\n```python\ndef total(xs: List[int]) -> int:\n    return sum(xs)\n```\nIt adds.";
  assert.equal((await judge(whole)).correct, true);
});

Deno.test("HumanEval: wrong, partly right, empty and broken code fails", async () => {
  for (const output of ["    return xs[0] + xs[1]", "", "I cannot."]) {
    assert.equal((await judge(output)).correct, false, output);
  }
  assert.equal((await judge("")).extracted, null);
});

Deno.test("HumanEval: a gold without its fields is refused", async () => {
  for (const field of ["prompt", "test", "entry_point"]) {
    await assert.rejects(
      scoreHumanEval("", JSON.stringify({ ...problem, [field]: undefined })),
      (error) =>
        error instanceof UsageError && error.message.startsWith(`the gold: the field "${field}" is missing`),
    );
  }
});

Deno.test({
  name: "HumanEval: reference solutions pass as training responses (needs NLORA_DATA)",
  ignore: !existsSync(join(DATA, "humaneval")),
  async fn() {
    const examples = await loadHumanEval({ split: "test", data: DATA });
    assert.equal(examples.length, 164);
    for (const { gold, response } of [examples[0]!, examples[38]!, examples[163]!]) {
      assert.equal((await scoreHumanEval(response, gold)).correct, true);
    }
  },
});
