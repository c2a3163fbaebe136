import assert from "node:assert/strict";
import process from "node:process";
import { runProgress } from "../../lib/report/run_progress.ts";

/** What is written to standard error meanwhile. */
async function written(use: () => Promise<void>): Promise<string> {
  const write = process.stderr.write;
  let text = "";
  process.stderr.write = ((chunk: string) => (text += chunk, true)) as typeof write;
  try {
    await use();
  } finally {
    process.stderr.write = write;
  }
  return text;
}

Deno.test("runProgress: a line for each phase of each run, with what is counted in it", async () => {
  const text = await written(async () => {
    const lines = runProgress();
    for (const title of ["glue/rte lora", "glue/rte nlora"]) {
      lines.update({ phase: "start", done: 18, total: 18 }, title);
      lines.update({ phase: "evaluate before", done: 7, total: 7 }, title);
      for (const done of [1, 2]) {
        lines.update({ phase: "train", done, total: 2, text: `loss ${done}` }, title);
      }
      lines.update({ phase: "evaluate epoch", done: 7, total: 7 }, title);
    }
    await lines.end();
  });
  const told = ["lora", "nlora"].flatMap((method) => [
    `glue/rte ${method} start 18/18 layers in 0 s`,
    `glue/rte ${method} evaluate before 7/7 examples in 0 s`,
    `glue/rte ${method} train 2/2 steps in 0 s, loss 2`,
    `glue/rte ${method} evaluate epoch 7/7 examples in 0 s`,
  ]);
  assert.deepEqual(text.trim().split("\n"), told);
});
