import { randomUUID } from "node:crypto";
import type { Platform } from "../../environment.ts";
import { toldPlatform } from "../told_platform.ts";
import type { RayClient, RaySubmission } from "./ray_client.ts";

const pollMs = 500;

/**
 * What a cluster's nodes compute by: a job of its own, on the resources that the runs' jobs get, tells it.
 *
 * @throws UsageError where the backend that is forced is not to be had there
 */
export async function askPlatform(
  client: RayClient,
  submission: Omit<RaySubmission, "submission_id">,
  signal?: AbortSignal,
): Promise<Platform> {
  const submission_id = `nlora-platform-${randomUUID()}`;
  await client.submit({ ...submission, submission_id });
  for (;;) {
    const job = (await client.jobs()).find((job) => job.submission_id === submission_id);
    if (job?.status !== "PENDING" && job?.status !== "RUNNING") {
      const output = await client.logs(submission_id).catch(() => ""); // its node is gone, or it never began
      return toldPlatform(
        output,
        `Ray's job ${submission_id} is ${job?.status ?? "gone"}: ${job?.message ?? ""}`,
      );
    }
    if (signal?.aborted) {
      await client.stop(submission_id);
      throw signal.reason;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
