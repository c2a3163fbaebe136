import { stringField } from "../formats/row.ts";
import { UsageError } from "../usage_error.ts";
import { extractCode } from "./extract_code.ts";
import { goldRow } from "./gold_row.ts";
import { runPython } from "./sandbox/run_python.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Judges an output for an MBPP problem: the extracted code must pass all of the problem's tests, after their set-up code,
 * in the sandbox of `runPython`. The mean over the problems is pass@1.
 *
 * @param output what the model wrote; see `extractCode` for what of it counts
 * @param gold JSON with the list of texts `test_list` and the text `test_setup_code`
 * @throws UsageError when the gold is not that
 *
 * @example
 * ````ts
 * import { scoreMbpp } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const gold = JSON.stringify({ test_list: ["assert twice(21) == 42"], test_setup_code: "" });
 * assert.ok((await scoreMbpp("```python\ndef twice(x):\n    return 2 * x\n```", gold)).correct);
 * ````
 */
export async function scoreMbpp(output: string, gold: string): Promise<Verdict> {
  const row = goldRow(gold);
  const tests = row.fields.test_list;
  if (!Array.isArray(tests) || tests.length === 0) {
    throw new UsageError(
      'the gold has no "test_list"; give the fields of the problem\'s row in the data set',
    );
  }
  const extracted = extractCode(output);
  const checks = [stringField(row, "test_setup_code"), ...tests, ""].join("\n");
  const { outcome } = await runPython(`${extracted}\n`, { checks });
  return { extracted: extracted || null, gold: checks, correct: outcome === "finished" };
}
