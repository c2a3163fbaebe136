import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadHumanEval } from "../../lib/text/human_eval.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const row = {
  task_id: "HumanEval/0",
  prompt: 'def one():\n    """One."""\n',
  canonical_solution: "    return 1\n",
  test: "def check(candidate):\n    assert candidate() == 1\n",
  entry_point: "one",
};

async function folderOf(...rows: object[]): Promise<string> {
  const folder = temporaryFolder();
  await mkdir(join(folder, "humaneval"));
  await writeFile(
    join(folder, "humaneval", "HumanEval.jsonl"),
    rows.map((row) => JSON.stringify(row) + "\n").join(""),
  );
  return folder;
}

Deno.test("HumanEval: a row gives its question, a fenced answer, and what judging takes", async () => {
  const data = await folderOf(row, { ...row, task_id: "HumanEval/1" });
  const { prompt, test, entry_point } = row;
  assert.deepEqual(await loadHumanEval({ split: "test", data, limit: 1 }), [{
    id: "HumanEval/0",
    question: `Create a Python script for this problem:\n${prompt}`,
    response: `\n\`\`\`python\n${prompt}    return 1\n\`\`\`\n`,
    gold: JSON.stringify({ prompt, test, entry_point }),
  }]);
  assert.equal((await loadHumanEval({ split: "test", data })).length, 2);
});

Deno.test("HumanEval: a broken row is named by its line", async () => {
  const data = await folderOf(row, { ...row, test: undefined });
  await assert.rejects(loadHumanEval({ split: "test", data }), /HumanEval\.jsonl line 2: .*"test"/);
});
