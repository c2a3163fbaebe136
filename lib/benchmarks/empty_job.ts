import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { recordSchema, type RunRecord } from "../experiments/record.ts";
import type { Job } from "../experiments/sweeps/job.ts";

// The program of a job that does nothing but give its record.

/** What an empty run follows from. */
export const emptySource = {
  backend: "none",
  device: "none",
  code_digest: "0".repeat(64),
  model_digest: "0".repeat(64),
  data_digest: "0".repeat(64),
};

const given = process.argv[2] ?? "";
if (given.startsWith("{") || existsSync(given)) {
  const { spec }: Job = JSON.parse(given.startsWith("{") ? given : readFileSync(given, "utf8"));
  const record: RunRecord = {
    schema: recordSchema,
    run: {
      ...{
        spec,
        seed: spec.seed,
        versions: {},
        git_commit: null,
        git_dirty: null,
        error: null,
        status: "done",
      },
      started: new Date().toISOString(),
    },
    train: null,
    eval: null,
    meta: { cores: 1, ...emptySource },
    paper: null,
  };
  console.log(JSON.stringify({ event: "record", record }));
}
