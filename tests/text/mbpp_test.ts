import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadMbpp } from "../../lib/text/mbpp.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const row = (task_id: number) => ({
  task_id,
  text: "Write a function to give one.",
  code: "def one():\r\n  return 1",
  test_list: ["assert one() == 1", "assert one() != 2"],
  test_setup_code: "",
  challenge_test_list: [],
});

async function folderOf(...rows: object[]): Promise<string> {
  const folder = temporaryFolder();
  await mkdir(join(folder, "mbpp"));
  await writeFile(join(folder, "mbpp", "mbpp.jsonl"), rows.map((row) => JSON.stringify(row) + "\n").join(""));
  return folder;
}

Deno.test("MBPP: a row gives its question with the tests, a fenced answer, and what judging takes", async () => {
  const data = await folderOf(row(11), row(12));
  const { text, test_list, test_setup_code } = row(11);
  assert.deepEqual(await loadMbpp({ split: "test", data, limit: 1 }), [{
    id: "mbpp/11",
    question: `Create a Python script for this problem:\n\n${text}\nTest examples:\n${test_list.join("\n")}`,
    response: "\n```python\ndef one():\n  return 1\n```\n",
    gold: JSON.stringify({ test_list, test_setup_code }),
  }]);
});

Deno.test("MBPP: the numbers decide the split", async () => {
  const data = await folderOf(...[1, 10, 11, 510, 511, 600, 601, 974].map(row));
  const ids = async (split: string) => (await loadMbpp({ split, data })).map(({ id }) => id);
  assert.deepEqual(await ids("test"), ["mbpp/11", "mbpp/510"]);
  assert.deepEqual(await ids("train"), ["mbpp/601", "mbpp/974"]);
  assert.deepEqual(await ids("validation"), ["mbpp/511", "mbpp/600"]);
});

Deno.test("MBPP: of problem 493 the call alone is shown", async () => {
  const [example] = await loadMbpp({ split: "test", data: await folderOf(row(493)) });
  assert.ok(
    example!.question.endsWith("Test examples:\ncalculate_polygons(startx, starty, endx, endy, radius)"),
  );
});

Deno.test("MBPP: a broken row is named by its line", async () => {
  const data = await folderOf(row(11), { ...row(12), test_list: "assert 1" });
  await assert.rejects(loadMbpp({ split: "test", data }), /mbpp\.jsonl line 2: .*"test_list"/);
});
