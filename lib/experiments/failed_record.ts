import { availableParallelism } from "node:os";
import { software } from "./environment.ts";
import { recordSchema, type RunRecord } from "./record.ts";
import type { RunSource } from "./store/run_key.ts";

/** The record of a run that came to nothing: its input was refused, or its process died as often as it was started. */
export function failedRecord({ spec, ...source }: RunSource, error: string, started: Date): RunRecord {
  return {
    schema: recordSchema,
    run: {
      spec,
      seed: spec.seed,
      ...software(),
      started: started.toISOString(),
      status: "failed",
      error,
    },
    train: null,
    eval: null,
    meta: { cores: availableParallelism(), ...source },
    paper: null,
  };
}
