import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { shownJson } from "../../formats/json.ts";
import { readJsonLines } from "../../formats/jsonl.ts";
import { type Row, stringField } from "../../formats/row.ts";
import { UsageError } from "../../usage_error.ts";
import { type JudgePrompt, type MtBench, type MtBenchQuestion, referenceCategories } from "./mt_bench.ts";
import { readAnswers } from "./read_answers.ts";

/** Where MT-Bench is read from, and how much of it. */
export interface MtBenchSource {
  /** A folder; without it the one that NLORA_DATA of the environment names. */
  readonly data?: string;
  /** Questions kept of each category, from its start; all when absent. */
  readonly perCategory?: number;
}

/** The places of each file below the folder: together in `mtbench`, or as in FastChat's `fastchat/llm_judge/data`. */
const files = {
  questions: ["mtbench/question.jsonl", "question.jsonl", "mt_bench/question.jsonl"],
  prompts: ["mtbench/judge_prompts.jsonl", "judge_prompts.jsonl"],
  references: [
    ...["mtbench/reference_answer_gpt-4.jsonl", "reference_answer_gpt-4.jsonl"],
    "mt_bench/reference_answer/gpt-4.jsonl",
  ],
} as const;

/**
 * Reads MT-Bench's questions, reference answers and judge prompts, as FastChat publishes them, from a folder.
 *
 * @throws UsageError naming the places tried, or the line that is broken
 *
 * @example
 * ```ts
 * import { loadMtBench } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await assert.rejects(loadMtBench({ data: "no-such-folder" }), /question\.jsonl/);
 * ```
 */
export async function loadMtBench({ data, perCategory }: MtBenchSource = {}): Promise<MtBench> {
  const folder = data ?? process.env.NLORA_DATA;
  const rows = await readJsonLines(place(folder, "questions"));
  const prompts = await readPrompts(place(folder, "prompts"));
  const read = rows.map(readQuestion);
  checkIds(read.map(({ id }) => id), rows);
  const kept = new Map<string, number>();
  const asked = read.filter(({ category }) => {
    const count = (kept.get(category) ?? 0) + 1;
    kept.set(category, count);
    return count <= (perCategory ?? Infinity);
  });
  if (asked.length === 0) {
    throw new UsageError(`${place(folder, "questions")} holds no question; put a whole copy there`);
  }
  const needing = asked.filter(({ category }) => referenceCategories.includes(category));
  if (needing.length === 0) return { questions: asked, prompts };
  const path = place(folder, "references");
  const references = await readAnswers(path);
  return {
    prompts,
    questions: asked.map((question) => {
      if (!referenceCategories.includes(question.category)) return question;
      const reference = references.get(question.id);
      if (reference) return { ...question, reference };
      throw new UsageError(
        `${path}: no reference answer to question ${question.id} (${question.category}); put a whole copy there`,
      );
    }),
  };
}

function place(folder: string | undefined, kind: keyof typeof files): string {
  const found = folder === undefined
    ? undefined
    : files[kind].map((file) => join(folder, file)).find(existsSync);
  if (found !== undefined) return found;
  const [file] = files[kind];
  throw new UsageError(
    `no MT-Bench: there is no ${files[kind].join(" or ")} in ${folder ?? "NLORA_DATA (not set)"}; ` +
      `give a folder that holds ${file} by --data DIR or NLORA_DATA: FastChat's fastchat/llm_judge/data is one`,
  );
}

function readQuestion(row: Row): MtBenchQuestion {
  const { place, fields: { question_id: id, turns } } = row;
  if (typeof id !== "number") {
    throw new UsageError(`${place}: the field "question_id" is ${shownJson(id)}; a number is expected`);
  }
  if (!isTwoTexts(turns)) {
    throw new UsageError(
      `${place}: the field "turns" is ${shownJson(turns)}; a list of two texts is expected`,
    );
  }
  return { id, category: stringField(row, "category"), turns, reference: null };
}

function isTwoTexts(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((text) => typeof text === "string");
}

function checkIds(ids: readonly number[], rows: readonly Row[]): void {
  ids.forEach((id, i) => {
    const first = ids.indexOf(id);
    if (first === i) return;
    throw new UsageError(
      `${rows[i]!.place}: the question ${id} came before, at ${rows[first]!.place}; give each once`,
    );
  });
}

const promptNames = ["single-v1", "pair-v2", "single-math-v1", "pair-math-v1"].flatMap((name) => [
  name,
  `${name}-multi-turn`,
]);

async function readPrompts(path: string): Promise<{ [name: string]: JudgePrompt }> {
  const prompts = Object.fromEntries((await readJsonLines(path)).map((row) => {
    const name = stringField(row, "name");
    return [name, {
      name,
      system: stringField(row, "system_prompt"),
      user: stringField(row, "prompt_template"),
    }];
  }));
  const missing = promptNames.filter((name) => !Object.hasOwn(prompts, name));
  if (missing.length === 0) return prompts;
  throw new UsageError(`${path} lacks the judge prompts ${missing.join(", ")}; put a whole copy there`);
}
