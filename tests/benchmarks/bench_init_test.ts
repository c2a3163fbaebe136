import assert from "node:assert/strict";
import { methods } from "../../lib/adapters/methods.ts";
import { runScript } from "../../lib/benchmarks/run_script.ts";

Deno.test("bench_init_starts times every start as often as asked for", async () => {
  const times = await runScript<Record<string, number[]>>("bench_init_starts.ts", [40, 30, 4, 2]);
  assert.equal(Object.keys(times).length, 4);
  for (const values of Object.values(times)) {
    assert.ok(values.length === 2 && values.every((value) => value > 0));
  }
});

Deno.test("bench_init_growth gives a time for each size", async () => {
  const points = await runScript<[number, number][]>("bench_init_growth.ts", [4, 2, 8, 16, 32]);
  assert.deepEqual(points.map(([m]) => m), [16, 32]);
  assert.ok(points.every(([, milliseconds]) => milliseconds > 0 && milliseconds < Infinity));
});

Deno.test("bench_init_memory counts at least the matrix and its residual", async () => {
  const { peak_memory_bytes } = await runScript<{ peak_memory_bytes: number }>(
    "bench_init_memory.ts",
    [2048, 2048, 16, "residual"],
  );
  assert.ok(peak_memory_bytes > 1.5 * 4 * 2048 ** 2, `${peak_memory_bytes}`);
});

Deno.test("bench_init_model starts all linear maps by every method, or one of each shape", async () => {
  const start = async (options: object, which: string) => {
    const args = [JSON.stringify({ ...options, rank: 2 }), 8, 12, 3, which];
    const { milliseconds, starts } = await runScript<{ milliseconds: number; starts: number }>(
      "bench_init_model.ts",
      args,
    );
    assert.ok(milliseconds > 0);
    return starts;
  };
  for (const { name } of methods) assert.equal(await start({ method: name }, "every"), 21, name);
  assert.equal(await start({ method: "nlora", core: "pinv" }, "each-shape"), 3);
});
