import type { Platform } from "../environment.ts";
import type { RunRecord } from "../record.ts";
import type { Job, JobProgress } from "./job.ts";

/** What a job is expected to need. */
export interface JobNeeds {
  readonly memoryBytes: number;
}

/** How a job ended. */
export interface JobEnd {
  /** Null where there is none: the process died, or refused its input. */
  readonly record: RunRecord | null;
  /** `lost` jobs are tried again, those `over memory` with what they were seen to need. */
  readonly kind: "ended" | "refused" | "lost" | "over memory";
  /** Why there is no record. */
  readonly reason: string | null;
  /** From start to end. */
  readonly seconds: number;
  /** The most that its process was seen to hold; null where that is not seen. */
  readonly memoryBytes: number | null;
}

/** A job under way. */
export interface RunningJob {
  readonly ended: Promise<JobEnd>;
  /** The most that its process has been seen to hold so far; 0 where that is not seen. */
  memoryBytes(): number;
  /** Asks the job to end after the step under way, its work kept. */
  stop(): void;
}

/** Where jobs run. */
export interface Executor {
  readonly name: string;
  /** Jobs at once, at most. */
  readonly slots: number;
  /** Bytes that the jobs may hold together; Infinity where the executor sees to it. */
  readonly memoryLimit: number;
  /**
   * What the jobs are computed by, as a process tells that is started as theirs are.
   *
   * @throws UsageError where the backend that is forced is not to be had there
   */
  platform(signal?: AbortSignal): Promise<Platform>;
  /** @param log file to which what the job says to people is added */
  start(job: Job, needs: JobNeeds, log: string, onProgress: (progress: JobProgress) => void): RunningJob;
  close(): Promise<void>;
}
