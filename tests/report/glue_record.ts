import type { Judged, RunRecord } from "../../lib/experiments/record.ts";
import type { PartialSpec } from "../../lib/experiments/spec.ts";
import { sampleRecord } from "./sample_record.ts";

/** Outputs of which so many in a hundred are right, spread over the examples. */
export function rightIn(count: number): Judged {
  const gold = Array.from({ length: 100 }, (_, i) => i % 2);
  const isRight = (i: number) => i * 37 % 100 < count;
  return { gold, outputs: gold.map((label, i) => isRight(i) ? label : 1 - label) };
}

/** The record of a run on a task of GLUE, by default SST-2. */
export function glueRecord(
  spec: Partial<PartialSpec> & { readonly method: string },
  judged: Judged,
  best?: number,
): RunRecord {
  const record = sampleRecord({ model: "minilm-l6", task: "glue/sst2", ...spec });
  const { outputs, gold } = judged;
  const value = outputs.filter((output, i) => output === gold[i]).length / gold.length;
  return {
    ...record,
    run: { ...record.run, seed: record.run.spec.seed },
    eval: {
      ...record.eval!,
      value,
      n: gold.length,
      best: { epoch: 1, step: 3, value: best ?? value },
      judged,
    },
  };
}
