import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { type SuiteOutcome, withKernels } from "../../lib/benchmarks/bench_kernel.ts";
import { homePath } from "../../lib/models/catalogue.ts";

const ready = existsSync(homePath("venv", "nlora-jupyter"));

Deno.test({
  name: `Jupyter's own tests of kernels, every sample given${
    ready ? "" : " (skipped: Jupyter is not set up)"
  }`,
  ignore: !ready,
  fn: (test) =>
    withKernels(async ({ run }) => {
      const outcomes = await run<SuiteOutcome[]>("bench_kernel_suite.py", "nlora");
      assert.ok(outcomes.length >= 13, `only ${outcomes.length} tests were found`);
      for (const { test: name, status, message } of outcomes) {
        await test.step(name, () => assert.equal(status, "passed", message));
      }
    }),
});
