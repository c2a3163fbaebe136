import assert from "node:assert/strict";
import type { LoadCase, LoadTimes } from "../../lib/benchmarks/load_case.ts";
import { runScript } from "../../lib/benchmarks/run_script.ts";
import { loadEncoder } from "../../lib/models/load_model.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { goldenFolder } from "../models/golden_encoder.ts";

Deno.test("bench_load_ours tells the size of the model that it loads, once, beside a tokenizer that was there", async () => {
  await useBackend();
  const path = goldenFolder("deberta");
  const model = await loadEncoder(path);
  const bytes = 4 * model.parameters;
  model.dispose();
  const given: LoadCase = { kind: "encoder", path, tokenizerBefore: true };
  const { seconds, peak_memory_bytes, tensor_bytes } = await runScript<LoadTimes>("bench_load_ours.ts", [
    JSON.stringify(given),
  ]);
  assert.ok(seconds > 0 && peak_memory_bytes >= 0);
  assert.equal(tensor_bytes, bytes);
});
