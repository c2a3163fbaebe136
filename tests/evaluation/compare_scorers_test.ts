import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compareScorers } from "../../lib/evaluation/compare_scorers.ts";
import { findTask } from "../../lib/evaluation/tasks.ts";
import { scorersTable } from "../../lib/report/scorers_table.ts";
import { temporaryFolder } from "../temporary_folder.ts";

async function file(...lines: object[]): Promise<string> {
  const path = join(temporaryFolder(), "predictions.jsonl");
  await writeFile(path, lines.map((line, id) => JSON.stringify({ id, ...line }) + "\n").join(""));
  return path;
}

Deno.test("the scorers are compared on the same predictions, and where they differ is named", async () => {
  const gsm8k = await compareScorers(
    findTask("gsm8k"),
    await file(
      { output: "The answer is: 72", gold: "#### 72" },
      { output: "She has 72 apples.", gold: "#### 72" },
      { output: "The answer is: 71.5", gold: "#### 72" },
      { output: "The answer is: 1,234,567", gold: "#### 1,234,567" },
      { output: "none", gold: "#### 72" },
      { output: "The answer is: 5", gold: "five" },
    ),
  );
  assert.deepEqual({ ...gsm8k, problems: gsm8k.problems.length }, {
    task: "gsm8k",
    n: 5,
    published: 2 / 5,
    strict: 3 / 5,
    disagreements: [
      { id: 1, published: null, strict: "72", gold: "72", right: "strict" },
      { id: 2, published: "72", strict: "71.5", gold: "72", right: "published" },
      { id: 3, published: "1234", strict: "1,234,567", gold: "1234567", right: "strict" },
    ],
    problems: 1,
  });
  const math = await compareScorers(
    findTask("math"),
    await file(
      { output: "The answer is: 0.50", gold: "$\\boxed{\\frac{1}{2}}$" },
      { output: "The answer is: 3", gold: "$\\boxed{3}$" },
      { output: "no answer", gold: "no box" },
    ),
  );
  assert.deepEqual(math.disagreements.map(({ id, right }) => [id, right]), [[0, "strict"], [2, "published"]]);
  assert.deepEqual(scorersTable({ a: gsm8k, b: math }).objects(), [
    {
      "predictions": "a",
      "task": "gsm8k",
      "n": 5,
      "published": 0.4,
      "by value": 0.6,
      "right only as published": 1,
      "right only by value": 2,
    },
    {
      "predictions": "b",
      "task": "math",
      "n": 3,
      "published": 2 / 3,
      "by value": 2 / 3,
      "right only as published": 1,
      "right only by value": 1,
    },
  ]);
});

Deno.test("a task with one scorer is refused", async () => {
  await assert.rejects(compareScorers(findTask("mbpp"), "none.jsonl"), /mbpp has no strict scorer/);
});
