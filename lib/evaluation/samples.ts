import type { Example } from "../text/example.ts";
import { UsageError } from "../usage_error.ts";
import { passAtK } from "./pass_at_k.ts";

const KS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const NUMBER = /#\d+$/;

/**
 * Each example as often as samples are wanted, with the sample's number after its id: `HumanEval/0#1`, `HumanEval/0#2`, …
 * A single sample keeps its id.
 *
 * @throws UsageError when the samples are not a whole number from 1
 *
 * @example
 * ```ts
 * import { withSamples } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const example = { id: "HumanEval/0", question: "?", response: "", gold: "{}" };
 * assert.deepEqual(withSamples([example], 2).map(({ id }) => id), ["HumanEval/0#1", "HumanEval/0#2"]);
 * ```
 */
export function withSamples(examples: readonly Example[], samples: number): readonly Example[] {
  if (!(Number.isInteger(samples) && samples >= 1)) {
    throw new UsageError(`${samples} samples of each problem make no sense; give a whole number from 1`);
  }
  if (samples === 1) return examples;
  return examples.flatMap((example) =>
    Array.from({ length: samples }, (_, i) => ({ ...example, id: `${example.id}#${i + 1}` }))
  );
}

/**
 * What the verdicts on programs come to: pass@1, and with several samples of each problem (ids that differ only in a number
 * after `#`) pass@k for k = 1, 2, 5, 10, 20, … to the fewest samples that a problem has, each the mean of {@linkcode passAtK} over
 * the problems.
 *
 * @example
 * ```ts
 * import { passTotal } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const verdicts = [true, false, false, false].map((correct, i) => ({ id: `problem ${i % 2}#${i >> 1}`, correct }));
 * assert.deepEqual(passTotal(verdicts), { value: 0.25, metrics: { "pass@1": 0.25, "pass@2": 0.5 } });
 * ```
 */
export function passTotal(
  verdicts: readonly { readonly id: string | number; readonly correct: boolean }[],
): { value: number; metrics?: { readonly [metric: string]: number } } {
  const problems = Map.groupBy(verdicts, ({ id }) => String(id).replace(NUMBER, ""));
  const counts = [...problems.values()].map((samples) => ({
    n: samples.length,
    c: samples.filter(({ correct }) => correct).length,
  }));
  if (counts.length === 0) return { value: 0 };
  const mean = (k: number) => counts.reduce((sum, { n, c }) => sum + passAtK(n, c, k), 0) / counts.length;
  if (counts.length === verdicts.length) return { value: mean(1) };
  const fewest = Math.min(...counts.map(({ n }) => n));
  const metrics = Object.fromEntries(KS.filter((k) => k <= fewest).map((k) => [`pass@${k}`, mean(k)]));
  return { value: metrics["pass@1"]!, metrics };
}
