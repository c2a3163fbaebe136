import type { Platform } from "../environment.ts";
import type { RunRecord } from "../record.ts";
import type { RunProgress } from "../run_options.ts";
import type { ScoresBefore } from "../scores_before.ts";
import type { Spec } from "../spec.ts";

/** What a job's process reads: one run, and where its result goes. */
export interface Job {
  /** Names it among those of its sweep. */
  readonly id: string;
  readonly spec: Spec;
  /** Folder of the task's data. */
  readonly data?: string;
  /** Folder of the run. */
  readonly out: string;
  /** The scores of the unadapted model, where they are known. */
  readonly before?: ScoresBefore;
  /** The step after which the run rests, to be gone on with later. */
  readonly pauseAt?: number;
  /** Whether only the record is to stay of a run that is done. */
  readonly discardAdapter?: boolean;
  /** Whether it is to be done anew though there is a result. */
  readonly fresh?: boolean;
  /** Whether the job ends, its work kept, when its standard input does: with the process that started it. */
  readonly endsWithInput?: boolean;
}

/** What a job's process says on its standard output, one line of JSON each; whatever else is there is for people. */
export type JobEvent =
  | { readonly event: "progress"; readonly progress: JobProgress }
  | { readonly event: "record"; readonly record: RunRecord }
  | { readonly event: "refused"; readonly reason: string }
  | { readonly event: "platform"; readonly platform: Platform };

/** The argument, instead of a job, by which the program tells what it would compute by. */
export const platformFlag = "--platform";

/** How far a job is. */
export interface JobProgress extends Pick<RunProgress, "phase" | "done" | "total"> {
  readonly loss?: number;
}

/** The events in a job's output. */
export function jobEvents(output: string): JobEvent[] {
  return output.split("\n").flatMap((line) => jobEvent(line) ?? []);
}

/** The event in a line of a job's output, or null. */
export function jobEvent(line: string): JobEvent | null {
  if (!line.startsWith('{"event":')) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null; // cut off by the death of the process
  }
}
