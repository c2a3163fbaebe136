import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { scorePredictions } from "../../lib/evaluation/score_predictions.ts";
import { findTask } from "../../lib/evaluation/tasks.ts";
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
  });
});

Deno.test("a bad line is named by its number", async () => {
  const bad: readonly [line: string | Uint8Array, message: string][] = [
    ['{"id": "b"', "line 2: not valid JSON"],
    [Uint8Array.of(0xc3, 0x28), "line 2: not valid UTF-8"],
    ['"text"', "line 2: found"],
    ['{"output": "", "gold": "#### 4"}', 'line 2: the field "id" is missing'],
    ['{"id": null, "output": "", "gold": "#### 4"}', 'line 2: the field "id" is null'],
    ['{"id": "b", "gold": "#### 4"}', 'line 2: the field "output" is missing'],
    ['{"id": "b", "output": ["4"], "gold": "#### 4"}', 'line 2: the field "output" is ["4"]'],
    ['{"id": "b", "output": "", "gold": 4}', 'line 2: the field "gold" is 4'],
    ['{"id": "b", "output": "", "gold": "4"}', "line 2: the gold answer"],
    [RIGHT, 'line 2: the id "a" came before, at'],
  ];
  for (const [line, message] of bad) {
    const path = await file(Buffer.concat([RIGHT, line].map((part) => Buffer.from(part as string))));
    await rejects(path, `${path} ${message}`);
  }
});

Deno.test("ids that differ only in type are the same id", async () => {
  const path = await file(RIGHT.replace('"a"', "1") + RIGHT.replace('"a"', '"1"'));
  await rejects(path, `${path} line 2: the id "1" came before, at ${path} line 1`);
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
