import type { EvaluatedExample } from "../evaluation/evaluate.ts";
import { escapeHtml } from "./escape_html.ts";
import { type Displayable, jupyterDisplay } from "./jupyter.ts";

/** Answers to one question by who gave them. */
export interface AnswersByName {
  readonly [name: string]: EvaluatedExample;
}

/**
 * Answers of several models to the same questions, with their verdicts: each question unfolds in the page, without a kernel or a script.
 *
 * @param questions by a name for each, such as `MBPP, problem 11`
 *
 * @example
 * ```ts
 * import { answersDisplay } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const answer = { id: "a", prompt: "2 + 2?", output: "The answer is: 5", extracted: "5", gold: "#### 4", expected: "4", correct: false };
 * const shown = answersDisplay({ "a sum": { "before": answer, "after": { ...answer, output: "The answer is: 4", correct: true } } });
 * assert.match(shown.text, /^a sum\n  before, wrong: The answer is: 5\n  after, right: The answer is: 4$/);
 * ```
 */
export function answersDisplay(
  questions: { readonly [question: string]: AnswersByName },
): Displayable & { readonly text: string } {
  const entries = Object.entries(questions);
  const text = entries.map(([question, answers]) =>
    [
      question,
      ...Object.entries(answers).map(([name, answer]) => `  ${said(name, answer)}: ${firstLine(answer)}`),
    ]
      .join("\n")
  ).join("\n");
  const html = entries.map(([question, answers]) => details(question, answers)).join("\n");
  return { text, [jupyterDisplay]: () => ({ "text/html": html, "text/plain": text }) };
}

function details(question: string, answers: AnswersByName): string {
  const [first] = Object.values(answers);
  const block = (text: string) =>
    `<pre style="white-space:pre-wrap;border-left:3px solid #999999;padding-left:0.8em">${
      escapeHtml(text)
    }</pre>`;
  const parts = Object.entries(answers).map(([name, answer]) =>
    `<p><b>${escapeHtml(said(name, answer))}</b></p>${block(answer.output.trim() || "(nothing)")}`
  );
  return `<details><summary>${escapeHtml(question)}</summary>${
    first ? `<p>The prompt:</p>${block(first.prompt)}` : ""
  }${parts.join("")}</details>`;
}

function said(name: string, { correct }: EvaluatedExample): string {
  return `${name}, ${correct ? "right" : "wrong"}`;
}

function firstLine({ output }: EvaluatedExample): string {
  return output.trim().split("\n")[0]!;
}
