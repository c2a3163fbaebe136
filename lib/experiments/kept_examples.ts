import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { EvaluatedExample } from "../evaluation/evaluate.ts";
import { UsageError } from "../usage_error.ts";

/**
 * What a model wrote for each example of a run that is kept with the library, from a file in `data/records`: a run's record names that of
 * its scores, `examples_file`; those before training are in `examples_before.jsonl`.
 *
 * @param path of the file, such as `nlg/gsm8k-lora/examples.jsonl`
 * @throws UsageError where there is no such file
 *
 * @example
 * ```ts
 * import { keptExamples } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.throws(() => keptExamples("nlg/none/examples.jsonl"), /no examples "nlg\/none/);
 * ```
 */
export function keptExamples(path: string): EvaluatedExample[] {
  const file = fileURLToPath(new URL(`../../data/records/${path}`, import.meta.url));
  if (!existsSync(file)) {
    throw new UsageError(
      `no examples ${JSON.stringify(path)} are kept; give EXPERIMENT/RUN/examples.jsonl of a run that is`,
    );
  }
  return readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line));
}
