import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../temporary_folder.ts";

/** Prompts in the published form with words of our own, short enough for a tiny model. */
const prompts = {
  "single-v1": "Q {question} A {answer}",
  "single-v1-multi-turn": "Q {question_1} A {answer_1} Q {question_2} A {answer_2}",
  "single-math-v1": "Q {question} R {ref_answer_1} A {answer}",
  "single-math-v1-multi-turn":
    "Q {question_1} R {ref_answer_1} Q {question_2} R {ref_answer_2} A {answer_1} A {answer_2}",
  "pair-v2": "Q {question} A {answer_a} B {answer_b}",
  "pair-v2-multi-turn":
    "Q {question_1} Q {question_2} A {answer_a_1} A {answer_a_2} B {answer_b_1} B {answer_b_2}",
  "pair-math-v1": "Q {question} R {ref_answer_1} A {answer_a} B {answer_b}",
  "pair-math-v1-multi-turn":
    "Q {question_1} {question_2} R {ref_answer_1} {ref_answer_2} A {answer_a_1} {answer_a_2} B {answer_b_1} {answer_b_2}",
};

const questions = [
  { question_id: 81, category: "writing", turns: ["w1", "w2"] },
  { question_id: 82, category: "writing", turns: ["w3", "w4"] },
  { question_id: 111, category: "math", turns: ["1+{1}?", "$&?"] },
];

/** The lines of a JSON Lines file. */
export function lines(rows: readonly object[]): string {
  return rows.map((row) => JSON.stringify(row) + "\n").join("");
}

/** Answers in FastChat's form, to every question. */
export function answerLines(mark: string): string {
  return lines(questions.map(({ question_id }) => ({
    ...{ question_id, model_id: mark },
    choices: [{ index: 0, turns: [1, 2].map((turn) => `${mark}${question_id}/${turn}`) }],
  })));
}

/** A folder with a small MT-Bench: three questions in two categories. Some of its files may be given otherwise. */
export function smallMtBench(changes: { readonly [file: string]: string | null } = {}): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "mtbench"));
  const files: { [file: string]: string | null } = {
    "question.jsonl": lines(questions),
    "judge_prompts.jsonl": lines(
      Object.entries(prompts).map(([name, prompt_template]) => ({
        name,
        prompt_template,
        system_prompt: `as ${name}`,
      })),
    ),
    "reference_answer_gpt-4.jsonl": lines([{
      question_id: 111,
      choices: [{ index: 0, turns: ["2", "{0}"] }],
    }]),
    ...changes,
  };
  for (const [file, text] of Object.entries(files)) {
    if (text !== null) writeFileSync(join(folder, "mtbench", file), text);
  }
  return folder;
}
