import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { completeSpec } from "../../../lib/experiments/spec.ts";
import { localExecutor } from "../../../lib/experiments/sweeps/local_executor.ts";
import type { JobProgress } from "../../../lib/experiments/sweeps/job.ts";
import { useBackend } from "../../../lib/tensor/use_backend.ts";
import { UsageError } from "../../../lib/usage_error.ts";
import { backend, writeTinyModel } from "../../cli/command_line.ts";
import { withFolder } from "../../temporary_folder.ts";

process.env.NLORA_BACKEND ??= backend;

Deno.test("localExecutor: tells what its jobs compute by, and why they cannot", async () => {
  const forced = process.env.NLORA_BACKEND!;
  const { name, device } = await useBackend(forced);
  const told = async () => {
    const executor = localExecutor({ parallel: 1, memoryLimit: 1e12 });
    return await executor.platform().finally(() => executor.close());
  };
  assert.deepEqual(await told(), { backend: name, device });
  try {
    process.env.NLORA_BACKEND = "abacus";
    await assert.rejects(told(), (error) => error instanceof UsageError && /abacus/.test(error.message));
  } finally {
    process.env.NLORA_BACKEND = forced;
  }
  const silent = localExecutor({ parallel: 1, memoryLimit: 1e12, command: [Deno.execPath(), "--version"] });
  await assert.rejects(silent.platform(), /does not tell what it would compute by/);
  await silent.close();
});

Deno.test("a job that is stopped keeps what it has, tells its record, and is gone on with to a step at which it rests", async () => {
  await withFolder(async (folder) => {
    const shared = { task: "arithmetic", method: "pissa", rank: 2, batch: 1, train_limit: 1 };
    const spec = completeSpec({ ...shared, model: await writeTinyModel(folder), steps: 1_000_000 });
    const [out, log] = [join(folder, "run"), join(folder, "run.log")];
    const executor = localExecutor({ parallel: 1, memoryLimit: 1e12 });
    try {
      const told: JobProgress[] = [];
      const job = executor.start({ id: "a", spec, out }, { memoryBytes: 0 }, log, (progress) => {
        told.push(progress);
        if (progress.phase === "train" && progress.done > 0) job.stop();
      });
      const first = await job.ended;
      assert.deepEqual([first.kind, first.record?.run.status, first.reason], ["ended", "interrupted", null]);
      assert.deepEqual([...new Set(told.map(({ phase }) => phase))], ["load", "start", "train"]);
      assert.ok(told.at(-1)!.loss! > 0 && first.memoryBytes! > 10e6 && first.seconds > 0);
      const steps = first.record!.train!.points.length;
      assert.ok(existsSync(join(out, `checkpoint-${steps}`)));
      assert.ok(!existsSync(`${out}.lock`));

      const again = executor.start(
        { id: "a", spec, out, pauseAt: steps + 3 },
        { memoryBytes: 0 },
        log,
        () => {},
      );
      const { record } = await again.ended;
      assert.deepEqual([record!.run.status, record!.train!.points.length], ["interrupted", steps + 3]);
      assert.deepEqual(record!.train!.points.slice(0, steps), first.record!.train!.points);
    } finally {
      await executor.close();
    }
  });
});
