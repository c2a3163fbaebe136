import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ScoredExample, scorePredictions } from "../../lib/evaluation/score_predictions.ts";
import { findTask, type Task } from "../../lib/evaluation/tasks.ts";
import { openJsonLinesLog } from "../../lib/formats/json_lines_log.ts";
import { readJsonLines } from "../../lib/formats/jsonl.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const gsm8k = findTask("gsm8k");
const RIGHT = '{"id": "a", "output": "The answer is: 1,234", "gold": "so <<1>>.\\n#### 1,234"}\n';

Deno.test("each prediction gets its verdict, and the value is the share of right ones", async () => {
  const path = await file(
    RIGHT + '{"id": 2, "output": "The answer is: 3", "gold": "#### 4"}\n\n' +
      '{"id": "c", "output": "", "gold": "#### 4", "more": true}\n' + RIGHT.replace('"a"', '"d"'),
  );
  assert.deepEqual(await scorePredictions(gsm8k, path), {
    metric: "accuracy",
    value: 0.5,
    n: 4,
    examples: [
      { id: "a", extracted: "1234", gold: "1234", correct: true },
      { id: 2, extracted: "3", gold: "4", correct: false },
      { id: "c", extracted: null, gold: "4", correct: false },
      { id: "d", extracted: "1234", gold: "1234", correct: true },
    ],
    problems: [],
    remarks: [
      `${path} line 4: the output is empty and counts as wrong; if the model wrote something, put it there`,
    ],
  });
});

const BAD: readonly [line: string | Uint8Array, message: string][] = [
  ['{"id": "b"', "not valid JSON"],
  [Uint8Array.of(0xc3, 0x28), "not valid UTF-8"],
  ['"text"', "found"],
  ['{"output": "", "gold": "#### 4"}', 'the field "id" is missing'],
  ['{"id": null, "output": "", "gold": "#### 4"}', 'the field "id" is null'],
  ['{"id": "b", "gold": "#### 4"}', 'the field "output" is missing'],
  ['{"id": "c", "output": ["4"], "gold": "#### 4"}', 'the field "output" is ["4"]'],
  ['{"id": "d", "output": "", "gold": 4}', 'the field "gold" is 4'],
  ['{"id": "e", "output": "", "gold": "4"}', "the gold answer"],
  [RIGHT.trim(), 'the id "a" came before, at'],
];

Deno.test("each bad line is named by its number, and the others are judged", async () => {
  const lines = [RIGHT.trim(), ...BAD.map(([line]) => line), RIGHT.trim().replace('"a"', '"z"')];
  const path = await file(
    Buffer.concat(lines.flatMap((line) => [Buffer.from(line as string), Buffer.from("\n")])),
  );
  const { n, value, examples, problems } = await scorePredictions(gsm8k, path);
  assert.deepEqual([n, value, examples.map(({ id }) => id)], [2, 1, ["a", "z"]]);
  assert.equal(problems.length, BAD.length);
  BAD.forEach(([, message], i) => {
    const start = `${path} line ${i + 2}: ${message}`;
    assert.ok(problems[i]!.startsWith(start), `${problems[i]} for ${start}`);
  });
});

Deno.test("ids that differ only in type are the same id", async () => {
  const path = await file(RIGHT.replace('"a"', "1") + RIGHT.replace('"a"', '"1"'));
  const { problems } = await scorePredictions(gsm8k, path);
  assert.deepEqual(problems, [
    `${path} line 2: the id "1" came before, at ${path} line 1; give each id once`,
  ]);
});

Deno.test("outputs of ten megabytes are judged like others", async () => {
  const texts = ["9".repeat(5e6), " 1".repeat(25e5), "-".repeat(5e6), "The answer is: ".repeat(35e4)];
  const lines = texts.map((text, id) => ({ id, output: `${text}The answer is: ${text}`, gold: "#### 1" }));
  const path = await file(lines.map((line) => JSON.stringify(line) + "\n").join(""));
  const { examples, problems } = await scorePredictions(gsm8k, path);
  assert.deepEqual(problems, []);
  assert.deepEqual(examples.map(({ extracted }) => extracted), [null, "1", null, null]);
});

Deno.test("verdicts are kept as they come: a scorer that fails loses none, and the next time goes on", async () => {
  const path = await file(
    [1, 2, 3].map((id) => JSON.stringify({ id, output: "", gold: "" }) + "\n").join(""),
  );
  const out = join(temporaryFolder(), "verdicts.jsonl");
  let asked: string[] = [];
  const task = (failing: number): Task => ({
    ...gsm8k,
    async score(output, gold) {
      asked.push(output + gold);
      await Promise.resolve();
      if (asked.length === failing) throw new Error("the sandbox is gone");
      return { extracted: null, gold, correct: false };
    },
  });
  const log = await openJsonLinesLog<ScoredExample>(out, {}, false);
  await assert.rejects(scorePredictions(task(3), path, log), /the sandbox is gone/);
  await log.close(false);
  assert.deepEqual((await readJsonLines(out)).map(({ fields }) => fields.id), [1, 2]);
  asked = [];
  const again = await openJsonLinesLog<ScoredExample>(out, {}, true);
  assert.equal((await scorePredictions(task(0), path, again)).n, 3);
  await again.close(true);
  assert.equal(asked.length, 1);
});

Deno.test("a missing file and an empty one are refused", async () => {
  const path = await file("\n\n");
  await rejects(path, `${path} holds no prediction`);
  await rejects(`${path}.none`, `cannot read ${path}.none: `);
});

async function file(content: string | Uint8Array): Promise<string> {
  const path = join(temporaryFolder(), "predictions.jsonl");
  await writeFile(path, content);
  return path;
}

async function rejects(path: string, start: string): Promise<void> {
  await assert.rejects(
    scorePredictions(gsm8k, path),
    (error) => error instanceof UsageError && error.message.startsWith(start) || assert.fail(String(error)),
  );
}
