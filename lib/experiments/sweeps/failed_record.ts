import { availableParallelism } from "node:os";
import { gitState, versions } from "../environment.ts";
import { recordSchema, type RunRecord } from "../record.ts";
import type { RunSource } from "../run_key.ts";

/** The record of a run that came to nothing: its input was refused, or its process died as often as it was started. */
export function failedRecord({ spec, ...digests }: RunSource, error: string, started: Date): RunRecord {
  const git = gitState();
  return {
    schema: recordSchema,
    run: {
      spec,
      seed: spec.seed,
      versions: versions(),
      git_commit: git.commit,
      git_dirty: git.dirty,
      started: started.toISOString(),
      status: "failed",
      error,
    },
    train: null,
    eval: null,
    meta: { backend: "none", device: "none", cores: availableParallelism(), ...digests },
    paper: null,
  };
}
