import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { packageFolder } from "../../../../lib/experiments/sweeps/ray/package_folder.ts";
import {
  RayClient,
  type RayJob,
  type RaySubmission,
} from "../../../../lib/experiments/sweeps/ray/ray_client.ts";
import { rayExecutor } from "../../../../lib/experiments/sweeps/ray/ray_executor.ts";
import type { Job } from "../../../../lib/experiments/sweeps/job.ts";
import { UsageError } from "../../../../lib/usage_error.ts";
import { withFolder } from "../../../temporary_folder.ts";
import { fakeRecord } from "../fake_job.ts";
import { fakeSpec } from "../fake_plan.ts";

/** A server that answers as Ray's dashboard does, and whose jobs end as soon as they are looked at. */
class FakeRay {
  readonly packages = new Map<string, Uint8Array>();
  readonly submitted: RaySubmission[] = [];
  readonly jobs = new Map<string, { job: RayJob; logs: string }>();
  /** What becomes of a job. */
  outcome: (submission: RaySubmission) => { status: RayJob["status"]; logs: string } = () => ({
    status: "SUCCEEDED",
    logs: "",
  });
  /** Requests that are still refused with 503. */
  busy = 0;
  readonly #server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => this.#answer(request),
  );

  get address(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (this.busy > 0) {
      this.busy--;
      return new Response("busy", { status: 503 });
    }
    if (pathname === "/nodes") {
      const raylet = (state: string, resourcesTotal: object) => ({ raylet: { state, resourcesTotal } });
      const summary = [
        raylet("ALIVE", { CPU: 4, GPU: 1 }),
        raylet("ALIVE", { CPU: 4, GPU: 1 }),
        raylet("DEAD", { CPU: 9 }),
      ];
      return Response.json({ data: { summary } });
    }
    const name = /^\/api\/packages\/gcs\/(.+)$/.exec(pathname)?.[1];
    if (name !== undefined) {
      if (request.method === "PUT") this.packages.set(name, new Uint8Array(await request.arrayBuffer()));
      return new Response(null, { status: this.packages.has(name) ? 200 : 404 });
    }
    if (pathname === "/api/jobs/" && request.method === "POST") {
      const submission: RaySubmission = await request.json();
      const id = submission.submission_id;
      if (this.jobs.has(id)) return new Response(`${id} already exists`, { status: 500 });
      this.submitted.push(submission);
      const { status, logs } = this.outcome(submission);
      const job = { submission_id: id, status, message: `it is ${status}`, start_time: 1000, end_time: 3500 };
      this.jobs.set(id, { job, logs });
      return Response.json({ submission_id: id });
    }
    if (pathname === "/api/jobs/") return Response.json([...this.jobs.values()].map(({ job }) => job));
    const logs = /^\/api\/jobs\/(.+)\/logs$/.exec(pathname)?.[1];
    if (logs !== undefined) return Response.json({ logs: this.jobs.get(logs)!.logs });
    return new Response(`no ${pathname}`, { status: 404 });
  }
}

const line = (event: object) => JSON.stringify(event) + "\n";
const spec = fakeSpec(0);
const done = line({ event: "record", record: fakeRecord(spec, [2, 1], "done") });

async function runOne(ray: FakeRay, folder: string, job: Partial<Job> = {}) {
  writeFileSync(join(folder, "program.ts"), "// it's here\n");
  const executor = await rayExecutor({
    address: ray.address,
    cpus: 2,
    gpus: 0.5,
    folder: "/shared/runs",
    environment: { NLORA_HOME: "/home" },
    command: "program",
    workingFolder: { root: folder, paths: ["program.ts"] },
  });
  const log = join(folder, "run.log");
  const end = await executor.start(
    { id: "a", spec, out: "here", ...job },
    { memoryBytes: 1e9 },
    log,
    () => {},
  ).ended;
  await executor.close();
  return { end, slots: executor.slots, log: readFileSync(log, "utf8") };
}

Deno.test("rayExecutor: uploads the folder once, submits with resources, takes the record and the log from the output", async () => {
  await withFolder(async (folder) => {
    await using ray = new FakeRay();
    ray.outcome = () => ({ status: "SUCCEEDED", logs: `hello\n${done}` });
    const { end, slots, log } = await runOne(ray, folder);
    assert.equal(slots, 4, "2 CPUs and half a GPU each, of 8 and 2");
    assert.deepEqual([end.kind, end.record?.run.status, end.seconds, log], ["ended", "done", 2.5, "hello\n"]);
    const [submission] = ray.submitted;
    const [name, zip] = [...ray.packages][0]!;
    assert.deepEqual(Object.keys(unzipSync(zip)), ["program.ts"]);
    assert.deepEqual(submission!.runtime_env, {
      working_dir: `gcs://${name}`,
      env_vars: { NLORA_HOME: "/home" },
    });
    const { entrypoint_num_cpus, entrypoint_num_gpus, entrypoint_memory } = submission!;
    assert.deepEqual([entrypoint_num_cpus, entrypoint_num_gpus, entrypoint_memory], [2, 0.5, 1e9]);
    const [, json] = /^program '(.*)'$/.exec(submission!.entrypoint)!;
    assert.deepEqual(JSON.parse(json!), { id: "a", spec, out: "/shared/runs/a" });
  });
});

Deno.test("rayExecutor: a client that comes back takes what has ended well, and submits anew what has not or is to be fresh", async () => {
  await withFolder(async (folder) => {
    await using ray = new FakeRay();
    const ids = () => ray.submitted.map(({ submission_id }) => submission_id);
    ray.outcome = () => ({ status: "FAILED", logs: "half a li" });
    const { end } = await runOne(ray, folder);
    assert.deepEqual([end.kind, end.record], ["lost", null]);
    assert.match(end.reason!, /nlora-a-1 is FAILED: it is FAILED/);
    ray.outcome = () => ({ status: "SUCCEEDED", logs: done });
    assert.equal((await runOne(ray, folder)).end.kind, "ended");
    assert.deepEqual(ids(), ["nlora-a-1", "nlora-a-2"]);
    assert.equal((await runOne(ray, folder)).end.record?.run.status, "done");
    assert.deepEqual(ids(), ["nlora-a-1", "nlora-a-2"], "its record was there already");
    await runOne(ray, folder, { fresh: true });
    await runOne(ray, folder, { pauseAt: 1 });
    assert.deepEqual(ids().slice(2), ["nlora-a-3", "nlora-a-to-1-1"]);
    assert.equal(ray.packages.size, 1);
  });
});

Deno.test("rayExecutor: a job of its own tells what the nodes compute by, or why they cannot", async () => {
  await withFolder(async (folder) => {
    await using ray = new FakeRay();
    writeFileSync(join(folder, "program.ts"), "");
    const executor = await rayExecutor({
      ...{ address: ray.address, gpus: 1, command: "program", environment: { NLORA_BACKEND: "webgpu" } },
      clone: "/shared/it's here",
      workingFolder: { root: folder, paths: ["program.ts"] },
    });
    const platform = { backend: "webgpu", device: "a card" };
    ray.outcome = () => ({ status: "SUCCEEDED", logs: `hello\n${line({ event: "platform", platform })}` });
    assert.deepEqual(await executor.platform(), platform);
    const [{ entrypoint, entrypoint_num_gpus, runtime_env }] = ray.submitted as [RaySubmission];
    assert.equal(entrypoint_num_gpus, 1);
    assert.deepEqual(runtime_env.env_vars, {
      NLORA_HOME: "/shared/it's here/.nlora",
      NLORA_BACKEND: "webgpu",
    });
    assert.match(entrypoint, /&& program '--platform'$/);
    await Deno.mkdir(join(folder, "work"));
    for (let round = 0; round < 2 && Deno.build.os === "linux"; round++) { // as the nodes of a cluster have it
      const words = entrypoint.replace("program '--platform'", "readlink node_modules");
      const shell = await new Deno.Command("sh", { args: ["-c", words], cwd: join(folder, "work") }).output();
      assert.equal(new TextDecoder().decode(shell.stdout), "/shared/it's here/node_modules\n");
    }

    ray.outcome = () => ({ status: "FAILED", logs: line({ event: "refused", reason: "no card" }) });
    await assert.rejects(
      executor.platform(),
      (error) => error instanceof UsageError && error.message === "no card",
    );
    ray.outcome = () => ({ status: "FAILED", logs: "" });
    await assert.rejects(executor.platform(), /nlora-platform-.* is FAILED: it is FAILED/);
    await executor.close();
  });
});

Deno.test("rayExecutor: a refusal says why", async () => {
  await withFolder(async (folder) => {
    await using ray = new FakeRay();
    ray.outcome = () => ({ status: "FAILED", logs: line({ event: "refused", reason: "rank 5 exceeds 4" }) });
    const { end } = await runOne(ray, folder);
    assert.deepEqual([end.kind, end.reason], ["refused", "rank 5 exceeds 4"]);
  });
});

Deno.test("RayClient: asks again while the dashboard is busy, and says what Ray answered", async () => {
  await using ray = new FakeRay();
  const client = new RayClient(`${ray.address}/`);
  ray.busy = 2;
  assert.deepEqual(await client.resources(), { CPU: 8, GPU: 2 });
  await assert.rejects(
    client.stop("x"),
    /Ray answers POST \/api\/jobs\/x\/stop with 404: no \/api\/jobs\/x\/stop/,
  );
  assert.throws(() => new RayClient("localhost:8265"), UsageError);
});

Deno.test("packageFolder: the same content has the same name, other content another", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "lib", "deep"), { recursive: true });
    await Deno.writeTextFile(join(folder, "lib", "deep", "a.ts"), "1");
    await Deno.writeTextFile(join(folder, "b.ts"), "2");
    await Deno.writeTextFile(join(folder, "secret"), "3");
    const pack = () => packageFolder(folder, ["lib", "b.ts"]);
    const { name, zip } = pack();
    assert.match(name, /^_ray_pkg_[0-9a-f]{32}\.zip$/);
    assert.deepEqual(Object.keys(unzipSync(zip)).sort(), ["b.ts", "lib/deep/a.ts"]);
    assert.equal(pack().name, name);
    await Deno.writeTextFile(join(folder, "b.ts"), "4");
    assert.notEqual(pack().name, name);
  });
});
