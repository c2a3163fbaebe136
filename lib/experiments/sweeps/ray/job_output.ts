import type { RunRecord } from "../../record.ts";
import type { JobEnd } from "../executor.ts";
import type { JobEvent } from "../job.ts";
import type { RayJob } from "./ray_client.ts";

/** How a job ended, by what Ray says of it and what it said itself; `begun` is when it was submitted, in ms as `performance.now()` counts. */
export function endOf(
  { submission, begun }: { readonly submission: string; readonly begun: number },
  job: RayJob | undefined,
  events: readonly JobEvent[],
): JobEnd {
  const record = recordOf(events);
  const refused = events.find((event) => event.event === "refused");
  const seconds = job?.start_time && job.end_time
    ? (job.end_time - job.start_time) / 1000
    : (performance.now() - begun) / 1000;
  const end = { record, seconds, memoryBytes: record?.train?.peak_memory_bytes ?? null };
  if (refused) return { ...end, kind: "refused", reason: refused.reason };
  if (record) return { ...end, kind: "ended", reason: null };
  const words = job?.message?.trim().split("\n")[0] ?? "Ray does not know it any more";
  return { ...end, kind: "lost", reason: `Ray's job ${submission} is ${job?.status ?? "gone"}: ${words}` };
}

/** The record that a job told, or null. */
export function recordOf(events: readonly JobEvent[]): RunRecord | null {
  return events.findLast((event) => event.event === "record")?.record ?? null;
}

/** The rest of a job's output. */
export function forPeople(text: string): string {
  return text.split("\n").filter((line) => !line.startsWith('{"event":')).join("\n");
}
