/**
 * The instruction prompt that every method of the paper is trained with; the response follows it directly.
 *
 * Source: Stanford Alpaca's prompt without an input field (tatsu-lab/stanford_alpaca, `train.py`), as the NLoRA and
 * PiSSA training scripts use it.
 *
 * @example
 * ```ts
 * import { alpacaPrompt } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.ok(alpacaPrompt("What is 2 + 3?").endsWith("### Instruction:\nWhat is 2 + 3?\n\n### Response:"));
 * ```
 */
export function alpacaPrompt(instruction: string): string {
  return "Below is an instruction that describes a task. " +
    "Write a response that appropriately completes the request.\n\n" +
    `### Instruction:\n${instruction}\n\n### Response:`;
}

/**
 * The prompt that the paper evaluates with: the training prompt and the start of a worked answer.
 *
 * Source: the authors' GSM8K and MATH evaluators, which are MetaMath's (meta-math/MetaMath, `eval_gsm8k.py`).
 *
 * @example
 * ```ts
 * import { alpacaEvaluationPrompt } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.ok(alpacaEvaluationPrompt("2 + 3?").endsWith("### Response: Let's think step by step."));
 * ```
 */
export function alpacaEvaluationPrompt(instruction: string): string {
  return `${alpacaPrompt(instruction)} Let's think step by step.`;
}
