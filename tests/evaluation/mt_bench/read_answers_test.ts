import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readAnswers } from "../../../lib/evaluation/mt_bench/read_answers.ts";
import { UsageError } from "../../../lib/usage_error.ts";
import { temporaryFolder } from "../../temporary_folder.ts";
import { lines } from "./small_mt_bench.ts";

function file(...rows: readonly object[]): string {
  const path = join(temporaryFolder(), "answers.jsonl");
  writeFileSync(path, lines(rows));
  return path;
}

const both = (question_id: number, ...turns: unknown[]) => ({ question_id, choices: [{ index: 0, turns }] });
const one = (question_id: number, turn: unknown, output: unknown) => ({ question_id, turn, output });

Deno.test("FastChat's form and a line for each turn are read alike, in any order", async () => {
  const path = file(both(81, "a", ""), one(82, 2, "d"), { ...one(82, 1, "c"), id: "82/1" });
  assert.deepEqual([...await readAnswers(path)], [[81, ["a", ""]], [82, ["c", "d"]]]);
});

Deno.test("broken lines, repeated and missing answers are named", async () => {
  const refused = (rows: readonly object[], words: RegExp) =>
    assert.rejects(
      readAnswers(file(...rows)),
      (error) => error instanceof UsageError && words.test(error.message) || assert.fail(String(error)),
    );
  const good = both(81, "a", "b");
  await refused(
    [good, both(82, "a")],
    /answers\.jsonl line 2: an answer .* is expected; came \{"question_id":82/,
  );
  await refused([good, both(82, "a", 5)], /line 2: an answer/);
  await refused([good, { question_id: 82, choices: [] }], /line 2: an answer/);
  await refused([good, { choices: [] }], /line 2: the field "question_id" is undefined; a number/);
  await refused([good, one(82, 3, "x")], /line 2: the field "turn" is 3; 1 or 2 is expected/);
  await refused([good, one(82, 1, null)], /line 2: the field "output" is null; a string/);
  await refused(
    [good, one(81, 2, "x")],
    /line 2: question 81, turn 2 was answered before, at .* line 1; give each answer once/,
  );
  await refused([good, one(82, 1, "x")], /answers\.jsonl: question 82 has no answer to turn 2; give both/);
});
