import { readFileSync } from "node:fs";
import { join } from "node:path";
import { countTrainable } from "../../adapters/count_trainable.ts";
import { canonicalJson } from "../../formats/canonical_json.ts";
import { writeAside } from "../../formats/write_aside.ts";
import { jsonDigest } from "../environment.ts";
import type { RunRecord } from "../record.ts";
import type { Spec } from "../spec.ts";
import type { JobEnd } from "./executor.ts";
import type { PlannedRun } from "./plan_sweep.ts";

/** What a few steps of a run showed. */
export interface Trial {
  readonly spec: Spec;
  /** From the start of the process to its end. */
  readonly seconds: number;
  readonly memoryBytes: number;
  readonly record: RunRecord;
}

/** What a run is expected to need. */
export interface RunCost {
  readonly seconds: number;
  readonly memoryBytes: number;
  /** Of its adapter, its record and, while it runs, its checkpoint. */
  readonly diskBytes: number;
}

const trialSteps = 3;
const trialExamples = 8;

/** Runs whose steps cost alike but for method and rank: one trial serves them all. */
export function trialGroup({ spec, source: { backend, device } }: PlannedRun): string {
  const { model, weights, task, batch, accumulation, length, packing, bucketing, precision, recompute } =
    spec;
  const { targets, layers, train_set, eval_also, max_new_tokens } = spec;
  return canonicalJson({
    ...{ model, weights, task, batch, accumulation, length, packing, bucketing, precision, recompute },
    ...{ targets, layers, train_set, eval_also, max_new_tokens, backend, device },
  });
}

/** The runs of a group by what they need, the most first: by rank, and of one rank by what they train. */
export function costliestFirst(runs: readonly PlannedRun[]): PlannedRun[] {
  const size = ({ spec }: PlannedRun) => countTrainable([[4096, 4096]], spec);
  return [...runs].sort((a, b) => b.spec.rank - a.spec.rank || size(b) - size(a));
}

/** A few steps of a run, and a few examples. */
export function trialSpec({ spec }: PlannedRun): Spec {
  const eval_limit = spec.eval_limit === "all" ? trialExamples : Math.min(spec.eval_limit, trialExamples);
  return { ...spec, epochs: 0, steps: Math.min(spec.steps, trialSteps), eval_limit };
}

/** The file of a group's trial in a sweep's folder. */
export function trialFile(folder: string, group: string): string {
  return join(folder, "trials", `${jsonDigest(group).slice(0, 16)}.json`);
}

/** The trial in a file, or null. */
export function readTrial(file: string): Trial | null {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null; // not there, or of no use: it is made again
  }
}

/** Keeps a trial's outcome; null where it came to nothing. */
export async function keepTrial(
  file: string,
  spec: Spec,
  { record, seconds, memoryBytes }: JobEnd,
): Promise<Trial | null> {
  if (!record?.train || record.run.status !== "done") return null;
  const most = Math.max(memoryBytes ?? 0, record.train.peak_memory_bytes ?? 0);
  const trial = { spec, seconds, memoryBytes: most, record };
  await writeAside(file, JSON.stringify(trial, null, 2) + "\n");
  return trial;
}

/** What a run should need, by the trial of its group: about so much of time, hardly more of memory and disk. */
export function runCost({ spec, testExamples }: PlannedRun, trial: Trial): RunCost {
  const { train, eval: score } = trial.record;
  const { train_s, compile_s, points, adapter_file_bytes } = train!;
  const stepSeconds = (train_s - (compile_s ?? 0)) / points.length;
  const scores = score ? [score, ...Object.values(score.also ?? {})] : [];
  const scoring = scores.reduce((sum, { eval_s }) => sum + (eval_s ?? 0), 0);
  const examples = scores.reduce((sum, { n }) => sum + n, 0);
  const scored = examples > 0 ? scoring / examples : 0;
  const times = score && score.before !== null ? 2 : 1;
  const rest = Math.max(0, trial.seconds - points.length * stepSeconds - times * scoring);
  const adapter = (adapter_file_bytes ?? 0) * Math.min(1, spec.rank / trial.spec.rank);
  return {
    seconds: rest + spec.steps * stepSeconds + times * testExamples * scored,
    memoryBytes: trial.memoryBytes,
    diskBytes: 4 * adapter + 4096 + 160 * spec.steps, // factors, and in the checkpoint these with AdamW's two moments
  };
}
