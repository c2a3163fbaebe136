import assert from "node:assert/strict";
import type { GenerateCase, GenerateTimes } from "../../lib/benchmarks/generate_case.ts";
import { runScript } from "../../lib/benchmarks/run_script.ts";
import { tinyConfig } from "../models/tiny_llama.ts";

Deno.test("bench_generate_ours times as many runs as asked for, the first apart", async () => {
  const given: GenerateCase = { config: tinyConfig, batch: 2, promptTokens: 5, newTokens: 3, runs: 2 };
  const { first_s, seconds, peak_memory_bytes } = await runScript<GenerateTimes>("bench_generate_ours.ts", [
    JSON.stringify(given),
  ]);
  assert.equal(seconds.length, 2);
  assert.ok([first_s, ...seconds].every((value) => value > 0) && peak_memory_bytes > 1e6);
});
