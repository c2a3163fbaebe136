import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadMath, mathExample } from "../../lib/text/math.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const ROW = {
  problem: "What is $1-\\frac{1}{2}$?",
  level: "Level 1",
  type: "Prealgebra",
  solution: "It is $\\boxed{\\frac{1}{2}}$.",
};

Deno.test("a row of MATH becomes MetaMath's answer form", () => {
  assert.deepEqual(mathExample({ place: "x", fields: ROW }, "id"), {
    id: "id",
    question: ROW.problem,
    response: "It is $\\boxed{\\frac{1}{2}}$.\nThe answer is: \\frac{1}{2}\n",
    gold: ROW.solution,
  });
});

Deno.test("an answer over several lines is put on one", () => {
  const { response } = mathExample({ place: "x", fields: { ...ROW, solution: "\\boxed{1,\n2}" } }, "id");
  assert.ok(response.endsWith("\nThe answer is: 1, 2\n"));
});

Deno.test("reads a split from the data folder, in order, up to the limit", async () => {
  const folder = await mathFolder(ROW, { ...ROW, problem: "Again?" });
  const questions = async (limit?: number) =>
    (await loadMath({ split: "train", data: folder, ...(limit && { limit }) })).map(({ id, question }) => [
      id,
      question,
    ]);
  assert.deepEqual(await questions(), [["math/train/0", ROW.problem], ["math/train/1", "Again?"]]);
  assert.deepEqual(await questions(1), [["math/train/0", ROW.problem]]);
});

Deno.test("a solution without a box is named by its line, also beyond the limit", async () => {
  const folder = await mathFolder(ROW, { ...ROW, solution: "A half." });
  await assert.rejects(
    loadMath({ split: "train", data: folder, limit: 1 }),
    /train\.jsonl line 2: the solution has no \\boxed/,
  );
});

async function mathFolder(...rows: object[]): Promise<string> {
  const folder = temporaryFolder();
  await mkdir(join(folder, "math"));
  await writeFile(
    join(folder, "math", "train.jsonl"),
    rows.map((row) => JSON.stringify(row)).join("\n"),
  );
  return folder;
}
