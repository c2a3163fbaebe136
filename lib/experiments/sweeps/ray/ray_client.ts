import { UsageError } from "../../../usage_error.ts";

/** What Ray says of a job. */
export interface RayJob {
  readonly submission_id: string | null;
  readonly status: "PENDING" | "RUNNING" | "STOPPED" | "SUCCEEDED" | "FAILED";
  readonly message: string | null;
  /** In ms since 1970. */
  readonly start_time: number | null;
  readonly end_time: number | null;
}

/** A job to be submitted; see Ray's job submission API. */
export interface RaySubmission {
  readonly submission_id: string;
  readonly entrypoint: string;
  readonly runtime_env: {
    readonly working_dir?: string;
    readonly env_vars?: { readonly [name: string]: string };
  };
  readonly entrypoint_num_cpus?: number;
  readonly entrypoint_num_gpus?: number;
  readonly entrypoint_memory?: number;
  readonly entrypoint_resources?: { readonly [name: string]: number };
  readonly metadata?: { readonly [name: string]: string };
}

/** How long a cluster that does not answer is asked again, in ms. */
const patienceMs = 60_000;

/** Ray's job submission API over HTTP: https://docs.ray.io/en/latest/cluster/running-applications/job-submission/rest.html */
export class RayClient {
  readonly #address: string;

  /** @param address of the dashboard of the head node, such as `http://127.0.0.1:8265` */
  constructor(address: string) {
    if (!/^https?:\/\//.test(address)) {
      throw new UsageError(
        `${address} is no address of a Ray dashboard; give one such as http://127.0.0.1:8265`,
      );
    }
    this.#address = address.replace(/\/+$/, "");
  }

  /** CPUs, GPUs and other resources of all living nodes together. */
  async resources(): Promise<{ readonly [name: string]: number }> {
    const { data } = await this.#json("/nodes?view=summary") as {
      data: { summary: { raylet: { state: string; resourcesTotal?: { [name: string]: number } } }[] };
    };
    const total: { [name: string]: number } = {};
    for (const { raylet } of data.summary) {
      if (raylet.state !== "ALIVE") continue;
      for (const [name, amount] of Object.entries(raylet.resourcesTotal ?? {})) {
        total[name] = (total[name] ?? 0) + amount;
      }
    }
    return total;
  }

  async jobs(): Promise<RayJob[]> {
    return await this.#json("/api/jobs/") as RayJob[];
  }

  /** All that a job has written so far. */
  async logs(id: string): Promise<string> {
    return (await this.#json(`/api/jobs/${id}/logs`) as { logs?: string }).logs ?? "";
  }

  /** Submits a job; one of this name that is there already stays as it is. */
  async submit(submission: RaySubmission): Promise<void> {
    await this.#request("/api/jobs/", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(submission),
    }, /already exists/);
  }

  async stop(id: string): Promise<void> {
    await this.#request(`/api/jobs/${id}/stop`, { method: "POST" });
  }

  /** Brings a package to the cluster, unless it has it; gives its address for `working_dir`. */
  async upload(name: string, zip: Uint8Array<ArrayBuffer>): Promise<string> {
    const path = `/api/packages/gcs/${name}`;
    const there = await this.#fetch(path, {});
    await there.body?.cancel();
    if (!there.ok) await this.#request(path, { method: "PUT", body: zip });
    return `gcs://${name}`;
  }

  async #json(path: string): Promise<unknown> {
    return JSON.parse(await this.#request(path));
  }

  /** @param fine words of a refusal that is none */
  async #request(path: string, init: RequestInit = {}, fine?: RegExp): Promise<string> {
    const response = await this.#fetch(path, init);
    const text = await response.text();
    if (response.ok || fine?.test(text)) return text;
    const words = text.trim().split("\n").at(-1);
    throw new Error(`Ray answers ${init.method ?? "GET"} ${path} with ${response.status}: ${words}`);
  }

  /** Asks again while nobody answers, as when the dashboard starts anew. */
  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const until = performance.now() + patienceMs;
    for (let wait = 250;; wait *= 2) {
      try {
        const response = await fetch(this.#address + path, init);
        if (response.status !== 503 || performance.now() > until) return response;
        await response.body?.cancel();
      } catch (error) {
        if (performance.now() > until) {
          throw new UsageError(
            `no Ray dashboard answers at ${this.#address}: ${
              (error as Error).message
            }; start Ray, or give --ray its address`,
            { cause: error },
          );
        }
      }
      await new Promise((resolve) => setTimeout(resolve, Math.min(wait, 5000)));
    }
  }
}
