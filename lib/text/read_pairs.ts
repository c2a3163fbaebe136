import { readRows } from "../formats/read_rows.ts";
import { stringField } from "../formats/row.ts";
import { UsageError } from "../usage_error.ts";
import type { PromptResponse } from "./batches.ts";

/** Which fields of a row are used. */
export interface PairFields {
  /** By default `prompt`. */
  readonly prompt?: string;
  /** By default `response`. */
  readonly response?: string;
}

/**
 * Reads examples of one's own to train on: prompts and what is to follow each, from JSON Lines, a JSON list or Parquet, by the end
 * of the file's name. Loss is taken on the responses alone.
 *
 * @throws UsageError where the file cannot be read or is empty, or a row lacks a field or has no text in it, naming the line
 *
 * @example
 * ```ts
 * import { readPairs } from "nlora";
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 *
 * const folder = await mkdtemp(join(tmpdir(), "nlora-"));
 * const file = join(folder, "own.jsonl");
 * await writeFile(file, '{"question": "2 + 2?", "answer": "4"}\n');
 * const pairs = await readPairs(file, { prompt: "question", response: "answer" });
 * assert.deepEqual(pairs, [{ prompt: "2 + 2?", response: "4" }]);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function readPairs(
  path: string,
  { prompt = "prompt", response = "response" }: PairFields = {},
): Promise<PromptResponse[]> {
  const rows = await readRows(path);
  if (rows.length === 0) throw new UsageError(`${path} holds no rows; put one JSON object on each line`);
  return rows.map((row) => {
    const pair = { prompt: stringField(row, prompt), response: stringField(row, response) };
    if (pair.response === "") {
      throw new UsageError(`${row.place}: the field "${response}" is empty; give the text to learn`);
    }
    return pair;
  });
}
