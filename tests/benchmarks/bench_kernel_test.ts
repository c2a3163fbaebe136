import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { suiteTable, withKernels } from "../../lib/benchmarks/bench_kernel.ts";
import { homePath } from "../../lib/models/catalogue.ts";

const ready = existsSync(homePath("venv", "nlora-jupyter"));

Deno.test("the outcomes of the suite stand side by side, in the order of ours", () => {
  const outcome = (test: string, status: "passed" | "failed") => ({ test, status, message: "" });
  const table = suiteTable(
    new Map([
      ["nlora", [outcome("error", "passed"), outcome("history", "failed")]],
      ["deno", [outcome("error", "failed")]],
    ]),
  );
  assert.deepEqual(table.split("\n").map((line) => line.split(/ +/)), [
    ["jupyter_kernel_test", "nlora", "deno"],
    ["error", "passed", "failed"],
    ["history", "failed", "–"],
  ]);
});

Deno.test({
  name: `bench_kernel_times measures Deno's kernel${ready ? "" : " (skipped: Jupyter is not set up)"}`,
  ignore: !ready,
  fn: () =>
    withKernels(async ({ names, run }) => {
      assert.deepEqual(names.slice(0, 2), ["nlora", "deno"]);
      const times = (what: string, count: number) =>
        run<Record<string, number & number[]>>("bench_kernel_times.py", "deno", what, count);
      const { seconds } = await times("start", 1);
      assert.ok(seconds!.length === 1 && seconds![0]! > 0);
      const { milliseconds } = await times("cells", 3);
      assert.ok(milliseconds!.length === 3 && milliseconds!.every((value) => value > 0));
      assert.ok(Number.isInteger((await times("memory", 3)).bytes));
      const { arrived } = await times("lines", 5);
      assert.ok(arrived! >= 0 && arrived! <= 5);
    }),
});
