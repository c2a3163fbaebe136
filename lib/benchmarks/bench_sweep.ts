import { execFileSync } from "node:child_process";
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
import { rayExecutor } from "../experiments/sweeps/ray/ray_executor.ts";
import { runSweep } from "../experiments/sweeps/run_sweep.ts";
import { type BenchRow, benchRow } from "./bench_row.ts";
import { emptySource } from "./empty_job.ts";

const jobs = 12;

/**
 * What scheduling costs: empty jobs, one after the other, through a sweep, against the same processes started directly; on the Ray of
 * RAY_API_SERVER_ADDRESS too, where that is set.
 */
export async function benchSweep(): Promise<BenchRow[]> {
  const program = fileURLToPath(new URL("empty_job.ts", import.meta.url));
  const command = [
    process.execPath,
    ..."deno" in process.versions ? ["run", "-A", "--no-check"] : [],
    program,
  ];
  const folder = mkdtempSync(join(tmpdir(), "nlora-bench-"));
  try {
    const alone = await perJob(() => {
      for (let i = 0; i < jobs; i++) {
        execFileSync(command[0]!, [...command.slice(1), JSON.stringify({ spec: { seed: i } })], {
          stdio: "ignore",
        });
      }
    });
    const local = localExecutor({ parallel: 1, command });
    const rows = [
      benchRow("an empty job through a sweep on this machine", await swept("local", local), alone, "s"),
    ];
    const address = process.env.RAY_API_SERVER_ADDRESS;
    if (address) {
      const ray = await rayExecutor({
        address,
        parallel: 1,
        command: "deno run -A --no-check lib/benchmarks/empty_job.ts",
      });
      rows.push(benchRow("an empty job through a sweep on Ray", await swept("ray", ray), alone, "s"));
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }

  async function swept(name: string, executor: Executor): Promise<number> {
    const plan = emptyPlan(join(folder, name));
    try {
      return await perJob(async () => {
        const { runs } = await runSweep(plan, { executor, trials: new Map() });
        const failed = runs.find(({ state }) => state !== "done");
        if (failed) throw new Error(`an empty job came to ${failed.state}: ${failed.note}`);
      });
    } finally {
      await executor.close();
    }
  }
}

async function perJob(act: () => void | Promise<void>): Promise<number> {
  const begun = performance.now();
  await act();
  return (performance.now() - begun) / 1000 / jobs;
}

function emptyPlan(folder: string): SweepPlan {
  const runs = Array.from({ length: jobs }, (_, index) => {
    const seed = Date.now() + index; // Ray keeps the jobs of earlier measurements
    const spec = completeSpec({ model: "none", task: "arithmetic", method: "lora", seed });
    const source = { spec, ...emptySource };
    const key = runKey(source);
    const id = key.slice(0, 16);
    return {
      id,
      key,
      source,
      spec,
      folder: join(folder, runsFolder, id),
      testExamples: 0,
      unadapted: null,
      record: null,
    };
  });
  return { folder, runs, damaged: [] };
}
