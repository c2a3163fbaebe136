import { join } from "node:path";
import { writeAside } from "../../formats/write_aside.ts";
import { failedRecord } from "../failed_record.ts";
import { isFinished } from "../record.ts";
import { recordText } from "../record_text.ts";
import { recordKey } from "../store/run_key.ts";
import type { JobEnd } from "./executor.ts";
import { needsMore } from "./open_run.ts";
import type { SweepRun } from "./sweep_state.ts";

/** By what it is told how a run stands whose job has ended. */
export interface SettleOptions {
  readonly memoryLimit: number;
  /** How often a run is started whose process dies without a word. */
  readonly attempts: number;
  /** The step at which runs rest, where there is one. */
  readonly pauseAt: number | null;
  /** Whether the sweep is being stopped: then nothing is started again. */
  readonly stopping: boolean;
}

/**
 * Takes over what became of a run's job, and keeps its record where the executor has not.
 *
 * @throws Error for the result of another spec, code, model, data or platform than was planned
 */
export async function settleRun(run: SweepRun, end: JobEnd, options: SettleOptions): Promise<void> {
  const { memoryLimit, attempts, pauseAt, stopping } = options;
  run.record = end.record ?? run.record;
  if (end.memoryBytes !== null) {
    run.cost = { ...run.cost, memoryBytes: Math.max(run.cost.memoryBytes, end.memoryBytes) };
  }
  switch (end.kind) {
    case "ended":
      checkSource(run);
      run.state = end.record!.run.status;
      run.note = end.record!.run.error;
      if (pauseAt !== null && run.state === "interrupted" && hasReached(run, pauseAt)) run.state = "rests";
      await keepRecord(run);
      break;
    case "refused":
      await fail(run, end.reason!);
      break;
    case "over memory":
      run.state = run.cost.memoryBytes > memoryLimit ? "too large" : "waits";
      run.note = needsMore(run.cost.memoryBytes, memoryLimit);
      break;
    case "lost":
      if (stopping) run.state = "waits";
      else if (++run.lost < attempts) [run.state, run.note] = ["waits", end.reason];
      else await fail(run, `${end.reason} (tried ${run.lost} times)`);
  }
}

/** Writes a run's record into its folder. */
export async function keepRecord({ plan, record }: SweepRun): Promise<void> {
  await writeAside(join(plan.folder, "record.json"), recordText(record!));
}

/** Whether a run has taken so many steps, or all of its own, and is not at its end. */
export function hasReached({ record, plan }: SweepRun, step: number): boolean {
  const taken = record?.train?.points.length ?? 0;
  return record !== null && !isFinished(record.run.status) && taken >= Math.min(step, plan.spec.steps);
}

async function fail(run: SweepRun, reason: string): Promise<void> {
  run.record = failedRecord(run.plan.source, reason, new Date());
  [run.state, run.note] = ["failed", reason];
  await keepRecord(run);
}

function checkSource({ plan: { id, key, source }, record }: SweepRun): void {
  const came = recordKey(record!);
  if (came === key || came === null && record!.run.status === "failed") return; // one that failed early does not tell its model
  const { backend, device } = record!.meta;
  const mend = backend === source.backend && device === source.device
    ? "one of them changed while the sweep ran; start the sweep again"
    : `it came from ${backend} on ${device}, and ${source.backend} on ${source.device} was planned; make all nodes alike, or ` +
      "choose a backend that all have by NLORA_BACKEND";
  throw new Error(
    `run ${id} came back with the result of another spec, code, model, data or platform: ${mend}`,
  );
}
