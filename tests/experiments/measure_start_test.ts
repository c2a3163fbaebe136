import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { measureStart } from "../../lib/experiments/measure_start.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { tinyLlama } from "../models/tiny_llama.ts";

await useBackend();

/** The tiny model, reading every text as the same few ids. */
function model() {
  const tiny = tinyLlama();
  return Object.assign(tiny, { tokenizer: { ...tiny.tokenizer, encode: () => [3, 1, 4, 1, 5] } });
}

Deno.test("measureStart: every layer once, exact where promised, and the model stays as it was", async () => {
  const llama = model();
  const before = tf.memory().numTensors;
  let told = 0;
  const report = await measureStart(llama, { method: "nlora", rank: 3, core: "cur" }, (done) => told = done);
  assert.deepEqual(report.layers.map((layer) => layer.name), [...llama.linears.keys()]);
  assert.equal(told, report.layers.length);
  assert.ok(report.step0_max_abs_diff <= 1e-4);
  for (const { relative_error, cond, ms } of report.layers) {
    assert.ok(relative_error > 0 && relative_error < 1.01 && cond! >= 1 && ms > 0);
  }
  assert.equal(tf.memory().numTensors, before);
  llama.dispose();
});

Deno.test("measureStart: a start of zeros misses the whole weight and has no block; the released start is not exact", async () => {
  const llama = model();
  const zeros = await measureStart(llama, { method: "lora", rank: 3 });
  for (const { relative_error, cond } of zeros.layers) {
    assert.ok(Math.abs(relative_error - 1) < 1e-6);
    assert.equal(cond, null);
  }
  assert.equal(zeros.step0_max_abs_diff, 0);
  const released = await measureStart(llama, { method: "nlora", rank: 3, residual: false });
  assert.ok(released.step0_max_abs_diff > 1e-2);
  llama.dispose();
});
