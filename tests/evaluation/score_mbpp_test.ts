import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { scoreMbpp } from "../../lib/evaluation/score_mbpp.ts";
import { loadMbpp } from "../../lib/text/mbpp.ts";
import { UsageError } from "../../lib/usage_error.ts";

const DATA = process.env.NLORA_DATA ?? "";

const problem = {
  test_list: ["assert total([1, 2]) == 3", "assert total([]) == ZERO"],
  test_setup_code: "ZERO = 0",
};
const judge = (output: string) => scoreMbpp(output, JSON.stringify(problem));

Deno.test("MBPP: code that passes all tests is right, and the set-up runs before them", async () => {
  assert.deepEqual(await judge("```python\ndef total(xs):\n    return sum(xs)\n```"), {
    extracted: "def total(xs):\n    return sum(xs)",
    gold: "ZERO = 0\nassert total([1, 2]) == 3\nassert total([]) == ZERO\n",
    correct: true,
  });
});

Deno.test("MBPP: code that fails one test, empty and broken code is wrong", async () => {
  for (
    const output of [
      "def total(xs):\n    return 3",
      "",
      "def total(xs)",
      "def sum_up(xs):\n    return sum(xs)",
    ]
  ) {
    assert.equal((await judge(output)).correct, false, output);
  }
});

Deno.test("MBPP: a gold without tests is refused", async () => {
  for (const test_list of [undefined, [], "assert 1"]) {
    await assert.rejects(
      scoreMbpp("", JSON.stringify({ ...problem, test_list })),
      (error) => error instanceof UsageError && error.message.startsWith('the gold has no "test_list"'),
    );
  }
  await assert.rejects(
    scoreMbpp("", '{"test_list": ["assert 1"]}'),
    /the field "test_setup_code" is missing/,
  );
});

Deno.test({
  name: "MBPP: reference solutions pass as training responses (needs NLORA_DATA)",
  ignore: !existsSync(join(DATA, "mbpp")),
  async fn() {
    const examples = await loadMbpp({ split: "test", data: DATA });
    assert.equal(examples.length, 500);
    for (const { gold, response } of [examples[0]!, examples[482]!, examples[499]!]) {
      assert.equal((await scoreMbpp(response, gold)).correct, true);
    }
  },
});
