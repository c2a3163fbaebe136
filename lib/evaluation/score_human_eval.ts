import { stringField } from "../formats/row.ts";
import { extractCode } from "./extract_code.ts";
import { goldRow } from "./gold_row.ts";
import { runPython } from "./sandbox/run_python.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Judges an output for a HumanEval problem: the problem's prompt with the extracted code after it must pass `check` of
 * the problem's test, in the sandbox of `runPython`. The mean over the problems is pass@1.
 *
 * @param output what the model wrote; see `extractCode` for what of it counts
 * @param gold JSON with the texts `prompt`, `test` and `entry_point`
 * @throws UsageError when the gold is not that
 *
 * @example
 * ```ts
 * import { scoreHumanEval } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const gold = JSON.stringify({
 *   prompt: 'def twice(x):\n    """Two times x."""\n',
 *   test: "def check(candidate):\n    assert candidate(21) == 42\n",
 *   entry_point: "twice",
 * });
 * assert.ok((await scoreHumanEval("    return 2 * x", gold)).correct);
 * assert.ok(!(await scoreHumanEval("    return 3 * x", gold)).correct);
 * ```
 */
export async function scoreHumanEval(output: string, gold: string): Promise<Verdict> {
  const row = goldRow(gold);
  const extracted = extractCode(output);
  const checks = `${stringField(row, "test")}\ncheck(${stringField(row, "entry_point")})\n`;
  const { outcome } = await runPython(`${stringField(row, "prompt")}${extracted}\n`, { checks });
  return { extracted: extracted || null, gold: checks, correct: outcome === "finished" };
}
