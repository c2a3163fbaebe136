import type { RunRecord } from "../../lib/experiments/record.ts";
import { completeSpec, type PartialSpec } from "../../lib/experiments/spec.ts";

/** A record of a run with the losses given, as `run` writes it. */
export function sampleRecord(
  spec: Partial<PartialSpec> & { readonly method: string },
  losses: readonly number[] = [2, 1.8, 1.6, 1.4, 1.2, 1.0],
  trainable_parameters = 4_884_480,
): RunRecord {
  return {
    run: {
      spec: completeSpec({ model: "smollm2-135m-instruct", task: "arithmetic", ...spec }),
      seed: 0,
      versions: {},
      git_commit: null,
      git_dirty: null,
      started: "2026-01-01T00:00:00Z",
      status: "done",
      error: null,
    },
    train: {
      init_s: 0.125,
      train_s: 24.5,
      compile_s: 1.5,
      tokens_per_s: 151.25,
      peak_memory_bytes: 2_200_400_000,
      trainable_parameters,
      total_parameters: 139_399_488,
      adapter_file_bytes: null,
      points: losses.map((loss, i) => ({ step: i + 1, loss, grad_norm: 1, lr: 2e-4, tokens: 100 })),
    },
    eval: { metric: "accuracy", value: 0.5, before: 0.125, n: 40, eval_s: 30.5, examples_file: null },
    meta: { backend: "wasm", device: "CPU", cores: 2, model_digest: "", data_digest: "" },
    paper: null,
  };
}

/** A record of a run that failed before its first step. */
export function failedRecord(method: string): RunRecord {
  const record = sampleRecord({ method });
  return { ...record, run: { ...record.run, status: "failed", error: "no memory" }, train: null, eval: null };
}
