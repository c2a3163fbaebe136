import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runKey } from "../experiments/store/run_key.ts";
import { completeSpec } from "../experiments/spec.ts";
import type { Executor } from "../experiments/sweeps/executor.ts";
import { localExecutor } from "../experiments/sweeps/local_executor.ts";
import { runsFolder, type SweepPlan } from "../experiments/sweeps/plan_sweep.ts";
import { packageFolder } from "../experiments/sweeps/ray/package_folder.ts";
import { RayClient } from "../experiments/sweeps/ray/ray_client.ts";
import { rayExecutor } from "../experiments/sweeps/ray/ray_executor.ts";
import { runSweep } from "../experiments/sweeps/run_sweep.ts";
import { type BenchRow, benchRow } from "./bench_row.ts";
import { emptySource } from "./empty_job.ts";

const localJobs = 12;
const rayJobs = 6;
/** Seconds that scheduling may add to a job on this machine. */
const limit = 0.5;
const workingFolder = {
  root: fileURLToPath(new URL("../..", import.meta.url)),
  paths: ["lib", "deno.json", "deno.lock"],
};
const rayCommand = "deno run -A --no-check lib/benchmarks/empty_job.ts";

/**
 * What scheduling costs: empty jobs, one after the other, through a sweep, against the same processes started directly. Where
 * RAY_API_SERVER_ADDRESS names a Ray, the same there, against the same jobs submitted to Ray without a sweep.
 */
export async function benchSweep(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "nlora-bench-"));
  try {
    const address = process.env.RAY_API_SERVER_ADDRESS;
    return [...await onThisMachine(folder), ...address ? await onRay(address, folder) : []];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onThisMachine(folder: string): Promise<BenchRow[]> {
  const program = fileURLToPath(new URL("empty_job.ts", import.meta.url));
  const deno = "deno" in process.versions;
  const command = [process.execPath, ...deno ? ["run", "-A", "--no-check"] : [], program];
  const alone = await perJob(localJobs, () => {
    for (let i = 0; i < localJobs; i++) {
      execFileSync(command[0]!, [...command.slice(1), emptyJob(i)], { stdio: "ignore" });
    }
  });
  const executor = localExecutor({ parallel: 1, command });
  const swept = await sweptJobs(localJobs, join(folder, "local"), executor);
  return [
    benchRow("an empty job through a sweep on this machine / its process alone", swept, alone, "s"),
    benchRow("what a sweep on this machine adds to a job / the limit", swept - alone, limit, "s"),
  ];
}

async function onRay(address: string, folder: string): Promise<BenchRow[]> {
  const executor = await rayExecutor({ address, parallel: 1, command: rayCommand, workingFolder });
  const swept = await sweptJobs(rayJobs, join(folder, "ray"), executor);
  const client = new RayClient(address);
  const { name, zip } = packageFolder(workingFolder.root, workingFolder.paths);
  const working_dir = await client.upload(name, zip);
  const alone = await perJob(rayJobs, async () => {
    for (let i = 0; i < rayJobs; i++) await directJob(client, working_dir, i);
  });
  return [benchRow("an empty job through a sweep on Ray / submitted to Ray directly", swept, alone, "s")];
}

/** Submits a job and waits until it has ended. */
async function directJob(client: RayClient, working_dir: string, index: number): Promise<void> {
  const submission_id = `nlora-bench-${randomUUID()}`;
  const entrypoint = `${rayCommand} '${emptyJob(index)}'`;
  await client.submit({ submission_id, entrypoint, runtime_env: { working_dir }, entrypoint_num_cpus: 1 });
  for (;;) {
    const job = (await client.jobs()).find((job) => job.submission_id === submission_id);
    if (job?.status === "SUCCEEDED") return;
    if (job?.status !== "PENDING" && job?.status !== "RUNNING") {
      throw new Error(`an empty job came to ${job?.status}: ${job?.message}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function sweptJobs(jobs: number, folder: string, executor: Executor): Promise<number> {
  const plan = emptyPlan(jobs, folder);
  try {
    return await perJob(jobs, async () => {
      const { runs } = await runSweep(plan, { executor, trials: new Map() });
      const failed = runs.find(({ state }) => state !== "done");
      if (failed) throw new Error(`an empty job came to ${failed.state}: ${failed.note}`);
    });
  } finally {
    await executor.close();
  }
}

async function perJob(jobs: number, act: () => void | Promise<void>): Promise<number> {
  const begun = performance.now();
  await act();
  return (performance.now() - begun) / 1000 / jobs;
}

function emptyJob(seed: number): string {
  return JSON.stringify({ spec: { seed } });
}

function emptyPlan(jobs: number, folder: string): SweepPlan {
  const runs = Array.from({ length: jobs }, (_, index) => {
    const seed = Date.now() + index; // Ray keeps the jobs of earlier measurements
    const spec = completeSpec({ model: "none", task: "arithmetic", method: "lora", seed });
    const source = { spec, ...emptySource };
    const key = runKey(source);
    const id = key.slice(0, 16);
    return {
      ...{ id, key, source, spec, folder: join(folder, runsFolder, id) },
      ...{ testExamples: 0, unadapted: null, record: null },
    };
  });
  return { folder, runs, damaged: [] };
}
