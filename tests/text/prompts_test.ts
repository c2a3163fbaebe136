import assert from "node:assert/strict";
import { alpacaEvaluationPrompt, alpacaPrompt } from "../../lib/text/prompts.ts";

const PROMPT =
  "Below is an instruction that describes a task. Write a response that appropriately completes the " +
  "request.\n\n### Instruction:\nWhat is 2 + 3?\n\n### Response:";

Deno.test("the Alpaca prompt is the published text to the last character", () => {
  assert.equal(alpacaPrompt("What is 2 + 3?"), PROMPT);
});

Deno.test("the evaluation prompt is the training prompt and the start of a worked answer", () => {
  assert.equal(alpacaEvaluationPrompt("What is 2 + 3?"), `${PROMPT} Let's think step by step.`);
});

Deno.test("an instruction with $ patterns and newlines is put in as it is", () => {
  assert.ok(alpacaPrompt("$& $1\n{}").includes("\n$& $1\n{}\n"));
});
