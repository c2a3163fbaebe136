import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Checkpoint, loadCheckpoint, removeCheckpoints } from "../training/checkpoint.ts";
import { UsageError } from "../usage_error.ts";
import type { Platform } from "./environment.ts";
import type { EpochScore, RunRecord } from "./record.ts";
import type { ScoresBefore } from "./scores_before.ts";
import { completeSpec, type Spec } from "./spec.ts";

/** What a checkpoint tells of its run; those of earlier versions do not tell the platform. */
export interface CheckpointedRun extends Partial<Platform> {
  readonly spec: Spec;
  readonly data_digest: string;
  readonly started: string;
  /** The scores before training. */
  readonly before: ScoresBefore;
  /** The scores of the passes that have ended, where they were scored. */
  readonly epochs: readonly EpochScore[];
  readonly init_s: number;
}

/** What a folder has of an earlier run; both are null where there is nothing to go on from. */
export interface EarlierRun {
  /** The record of a run that is done. */
  readonly record: RunRecord | null;
  readonly checkpoint: Checkpoint<CheckpointedRun> | null;
}

/** By what a run is told from others. */
type Identity = Pick<CheckpointedRun, "spec" | "data_digest" | "backend" | "device">;

/** The record of a run that is done, or null. */
export async function doneRecord(folder: string): Promise<RunRecord | null> {
  try {
    const record = JSON.parse(await readFile(join(folder, "record.json"), "utf8")) as RunRecord;
    return record.run.status === "done" ? record : null;
  } catch {
    return null;
  }
}

/**
 * What a folder has of the run that is asked for.
 *
 * @param resume whether that run is to be gone on with; otherwise an unfinished one is in the way
 * @throws UsageError for an unfinished run that is not to be gone on with, or one of another spec, other data or another
 *   platform, with what differs
 */
export async function findEarlierRun(
  folder: string,
  resume: boolean,
  asked: Identity,
): Promise<EarlierRun> {
  const record = await doneRecord(folder);
  if (record) await removeCheckpoints(folder);
  const checkpoint = await loadCheckpoint<CheckpointedRun>(folder);
  if (!resume) {
    if (checkpoint) throw unfinished(folder, checkpoint);
    return { record: null, checkpoint: null };
  }
  const earlier = record ? { spec: record.run.spec, ...record.meta } : checkpoint?.about ?? asked;
  const differences = differencesBetween(earlier, asked);
  if (differences.length > 0) {
    throw new UsageError(
      `${folder} holds another run: ${differences.join("; ")}; give what it was begun with, or another --out`,
    );
  }
  return { record, checkpoint };
}

function unfinished(folder: string, { state, about }: Checkpoint<CheckpointedRun>): UsageError {
  return new UsageError(
    `${folder} holds an unfinished run (${state.points.length} of ${about.spec.steps} steps of ${about.spec.method}); ` +
      "go on with it by --resume, remove the folder, or choose another --out",
  );
}

function differencesBetween(there: Identity, here: Identity): string[] {
  const earlier = completeSpec(there.spec); // which may be of a version with fewer fields
  const fields = [...new Set([...Object.keys(earlier), ...Object.keys(here.spec)])] as (keyof Spec)[];
  const text = (value: unknown) => JSON.stringify(value) ?? "not given";
  const differing = fields.filter((field) => text(earlier[field]) !== text(here.spec[field]));
  return [
    ...differing.map((field) =>
      `${field} is ${text(earlier[field])} there and ${text(here.spec[field])} here`
    ),
    ...there.data_digest === here.data_digest
      ? []
      : [`its data have the digest ${short(there.data_digest)} and these ${short(here.data_digest)}`],
    ...there.backend === undefined || there.backend === here.backend && there.device === here.device ? [] : [
      `it is of ${there.backend} on ${there.device} and this would be of ${here.backend} on ${here.device}`,
    ],
  ];
}

function short(digest: string): string {
  return `${digest.slice(0, 12)}…`;
}
