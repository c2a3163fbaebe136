import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import { recordKey } from "../../../../lib/experiments/store/run_key.ts";
import { RayClient } from "../../../../lib/experiments/sweeps/ray/ray_client.ts";
import { rayExecutor } from "../../../../lib/experiments/sweeps/ray/ray_executor.ts";
import { openStore } from "../../../../lib/experiments/store/open_store.ts";
import { Random } from "../../../../lib/tensor/random.ts";
import { withFolder } from "../../../temporary_folder.ts";
import { fakePlan, fakeSpec } from "../fake_plan.ts";
import { fakeRay } from "./fake_ray.ts";
import { hasRay, type LocalRay, startRay } from "./local_ray.ts";

/** How many jobs; `deno task remote` asks for 40. */
const jobs = Number(process.env.NLORA_RAY_JOBS);
const asked = Boolean(process.env.NLORA_RAY_JOBS) && hasRay && Deno.build.os === "linux";
const lacking = asked ? "" : " (skipped: `deno task remote` brings Ray and asks for it)";

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Kills so many times, at random moments, a process that runs a job or watches over one; gives the names of the killed. */
async function killWorkers(
  ray: LocalRay,
  random: Random,
  times: number,
  ended: () => boolean,
): Promise<string[]> {
  const killed: string[] = [];
  while (killed.length < times && !ended()) {
    await sleep(500 + random.int(2500));
    const all = ray.jobProcesses();
    if (all.length === 0) continue;
    const { pid, name } = all[random.int(all.length)]!;
    try {
      process.kill(pid, "SIGKILL");
      killed.push(name.startsWith("ray::") ? "a supervisor" : "a job");
    } catch {
      // It has just ended.
    }
  }
  return killed;
}

/** Starts the client again and again, and kills it at random times, the last time excepted; gives the number of kills. */
async function killClients(ray: LocalRay, folder: string, random: Random, times: number): Promise<number> {
  for (let kills = 0;;) {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--no-check", join(import.meta.dirname!, "sweep_to_be_killed.ts")],
        ...[ray.address, folder, String(jobs)],
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const first = child.stdout.getReader();
    await first.read(); // it has begun
    if (kills < times) {
      await sleep(random.int(5000));
      child.kill("SIGKILL");
      await first.cancel();
      const { signal } = await child.status;
      if (signal !== "SIGKILL") return kills; // it was done before
      kills++;
      continue;
    }
    while (!(await first.read()).done);
    assert.ok((await child.status).success, "a sweep that nobody kills ends well");
    return kills;
  }
}

Deno.test({
  name:
    `Ray: workers and the client are killed at random, and every run ends with exactly one record${lacking}`,
  ignore: !asked,
  fn: () =>
    withFolder(async (folder) => {
      const rayFolder = await Deno.makeTempDir({ prefix: "r" }); // of a short path
      const ray = await startRay(rayFolder, 2);
      try {
        const random = new Random(11);
        let ended = false;
        const [workers, clients] = await Promise.all([
          killWorkers(ray, random.fork("workers"), Math.ceil(jobs / 4), () => ended),
          killClients(ray, join(folder, "sweep"), random.fork("client"), Math.ceil(jobs / 8))
            .finally(() => ended = true),
        ]);
        console.error(`${jobs} jobs; killed: ${workers.join(", ")}, and the client ${clients} times`);
        const { records, damaged } = openStore(join(folder, "sweep"));
        const seeds = records.map(({ run }) => run.seed).sort((a, b) => a - b);
        assert.deepEqual(seeds, Array.from({ length: jobs }, (_, seed) => seed));
        assert.deepEqual(damaged.filter(({ path }) => path.endsWith("record.json")), []);
        for (const record of records) {
          assert.equal(record.run.status, "done");
          assert.ok(fakePlan(folder, [record.run.spec]).runs[0]!.key === recordKey(record));
        }
        await cancels(ray, folder);
      } finally {
        await ray.stop();
        await Deno.remove(rayFolder, { recursive: true });
      }
    }),
});

/** A job that is stopped is cancelled on the cluster, and one that is refused says why. */
async function cancels(ray: LocalRay, folder: string): Promise<void> {
  const executor = await rayExecutor({ ...fakeRay(ray.address), parallel: 2 });
  try {
    const log = (name: string) => join(folder, `${name}.log`);
    const start = (id: string, ...behaviour: string[]) =>
      executor.start(
        { id, spec: fakeSpec(99, ...behaviour), out: "x" },
        { memoryBytes: 1e6 },
        log(id),
        () => {
          if (id === "hangs") hanging.stop();
        },
      );
    const hanging = start("hangs", "hang");
    const refused = start("refused", "refuse");
    const [cancelled, refusal] = await Promise.all([hanging.ended, refused.ended]);
    assert.deepEqual([cancelled.kind, cancelled.record], ["lost", null]);
    assert.match(cancelled.reason!, /nlora-hangs-1 is STOPPED/);
    assert.deepEqual([refusal.kind, refusal.reason], ["refused", "there is no such thing"]);
    assert.match(await Deno.readTextFile(log("hangs")), /life 1/);
    const known = (await new RayClient(ray.address).jobs()).map(({ submission_id }) => submission_id);
    assert.ok(known.includes("nlora-refused-1"));
  } finally {
    await executor.close();
  }
}
