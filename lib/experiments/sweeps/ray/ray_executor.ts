import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { ownPath } from "../../../formats/own_path.ts";
import { UsageError } from "../../../usage_error.ts";
import type { Executor, JobEnd, JobNeeds, RunningJob } from "../executor.ts";
import type { Platform } from "../../environment.ts";
import { type Job, jobEvents, type JobProgress, platformFlag } from "../job.ts";
import { askPlatform } from "./ask_platform.ts";
import { findSlots } from "./find_slots.ts";
import { endOf, forPeople, recordOf } from "./job_output.ts";
import { packageFolder } from "./package_folder.ts";
import { RayClient, type RayJob } from "./ray_client.ts";
import type { RayOptions } from "./ray_options.ts";
import { submissionOf } from "./submission_of.ts";

const libraryPaths = ["lib", "data/models", "deno.json", "deno.lock", "package.json"];

const pollMs = 500;

/** A job that is followed. */
interface Followed {
  readonly submission: string;
  readonly prefix: string;
  readonly log: string;
  readonly onProgress: (progress: JobProgress) => void;
  readonly begun: number;
  read: number;
  done(end: JobEnd): void;
  fail(error: unknown): void;
}

/**
 * Runs each job on a Ray cluster, through its job API alone. A job's name follows from the run, so a client that was killed finds its jobs
 * again, those under way and those that have ended; the record comes out of the job's output. An interrupt cancels what was submitted.
 *
 * @throws UsageError where no dashboard answers, or for the library's npm package, which cannot be sent to a cluster
 *
 * @example
 * ```ts ignore
 * import { rayExecutor, sweep } from "nlora";
 *
 * const executor = await rayExecutor({ address: "http://127.0.0.1:8265", clone: "/shared/nlora" });
 * await sweep({ axes: { model: "smollm2-135m-instruct", task: "arithmetic", method: ["lora", "nlora"] } }, {
 *   ...{ folder: "runs/two", executor },
 * });
 * ```
 */
export async function rayExecutor(options: RayOptions): Promise<Executor> {
  const client = new RayClient(options.address);
  const { root, paths } = options.workingFolder ?? { root: ownPath(""), paths: libraryPaths };
  if (paths === libraryPaths && !existsSync(join(root, "deno.json"))) {
    throw new UsageError(
      `${root} is no clone of the library; sweep on Ray from one, or give workingFolder and command`,
    );
  }
  const { name, zip } = packageFolder(root, paths);
  const working_dir = await client.upload(name, zip);
  const slots = options.parallel ??
    await findSlots(client, { cpus: options.cpus ?? 1, gpus: options.gpus ?? 0 });
  return new RayExecutor(client, working_dir, slots, options);
}

class RayExecutor implements Executor {
  readonly name = "ray";
  readonly memoryLimit = Infinity;
  readonly slots: number;
  readonly #client: RayClient;
  readonly #workingDir: string;
  readonly #options: RayOptions;
  readonly #followed = new Map<string, Followed>();
  /** All jobs of the cluster by name, as last seen. */
  #seen = new Map<string, RayJob>();
  #polling: Promise<void> | null = null;
  #closed = false;

  constructor(client: RayClient, workingDir: string, slots: number, options: RayOptions) {
    [this.#client, this.#workingDir, this.slots, this.#options] = [client, workingDir, slots, options];
  }

  platform(signal?: AbortSignal): Promise<Platform> {
    return askPlatform(this.#client, submissionOf(platformFlag, this.#workingDir, this.#options), signal);
  }

  start(job: Job, needs: JobNeeds, log: string, onProgress: (progress: JobProgress) => void): RunningJob {
    let stopped = false;
    let submission: string | null = null;
    const stop = () => {
      stopped = true;
      if (submission !== null) this.#client.stop(submission).catch(() => {}); // ended meanwhile
    };
    const ended = (async () => {
      mkdirSync(dirname(log), { recursive: true });
      const prefix = `nlora-${job.id}${job.pauseAt === undefined ? "" : `-to-${job.pauseAt}`}-`;
      submission = await this.#submit(job, needs, prefix);
      if (stopped) stop();
      return await this.#follow(submission, prefix, log, onProgress);
    })();
    return { ended, memoryBytes: () => 0, stop };
  }

  /** Ends the following; jobs that were not stopped go on. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#polling;
  }

  /** Submits a job, or finds the one of an earlier client that runs or has ended well. */
  async #submit(job: Job, { memoryBytes }: JobNeeds, prefix: string): Promise<string> {
    const earlier = (await this.#client.jobs())
      .map(({ submission_id }) => submission_id ?? "")
      .filter((id) => id.startsWith(prefix))
      .sort((a, b) => attemptOf(a) - attemptOf(b));
    const last = earlier.at(-1);
    if (last !== undefined && job.fresh !== true && await this.#isOfUse(last)) return last;
    const submission_id = `${prefix}${last === undefined ? 1 : attemptOf(last) + 1}`;
    const remote: Job = { ...job, out: `${this.#options.folder ?? "runs"}/${job.id}` };
    await this.#client.submit({
      submission_id,
      ...submissionOf(JSON.stringify(remote), this.#workingDir, this.#options),
      ...memoryBytes > 0 && { entrypoint_memory: Math.ceil(memoryBytes) },
    });
    return submission_id;
  }

  async #isOfUse(id: string): Promise<boolean> {
    const job = (await this.#client.jobs()).find(({ submission_id }) => submission_id === id);
    if (!job || job.status === "PENDING" || job.status === "RUNNING") return job !== undefined;
    if (job.status !== "SUCCEEDED") return false;
    const record = recordOf(jobEvents(await this.#client.logs(id)));
    return record !== null && (record.run.status !== "interrupted" || id.includes("-to-"));
  }

  #follow(
    submission: string,
    prefix: string,
    log: string,
    onProgress: (progress: JobProgress) => void,
  ): Promise<JobEnd> {
    return new Promise((done, fail) => {
      const begun = performance.now();
      this.#followed.set(submission, { submission, prefix, log, onProgress, begun, read: 0, done, fail });
      this.#polling ??= this.#poll();
    });
  }

  /** One question for all jobs, and one for each that runs, again and again while there are any. */
  async #poll(): Promise<void> {
    try {
      while (this.#followed.size > 0 && !this.#closed) {
        this.#seen = new Map((await this.#client.jobs()).map((job) => [job.submission_id ?? "", job]));
        for (const one of this.#followed.values()) await this.#look(one);
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    } catch (error) {
      for (const one of this.#followed.values()) one.fail(error);
      this.#followed.clear();
    } finally {
      this.#polling = null;
    }
  }

  async #look(one: Followed): Promise<void> {
    const job = this.#seen.get(one.submission);
    if (job?.status === "PENDING") return;
    const text = await this.#client.logs(one.submission).catch(() => ""); // its node is gone, or it never began
    const fresh = text.slice(one.read);
    if (fresh !== "") appendFileSync(one.log, forPeople(fresh));
    one.read = Math.max(one.read, text.length);
    if (job?.status === "RUNNING") {
      const progress = jobEvents(fresh).flatMap((event) => event.event === "progress" ? [event.progress] : [])
        .at(-1);
      if (progress) one.onProgress(progress);
      return;
    }
    this.#followed.delete(one.submission);
    one.done(endOf(one, job, jobEvents(text)));
  }
}

function attemptOf(id: string): number {
  return Number(/-(\d+)$/.exec(id)?.[1] ?? 0);
}
