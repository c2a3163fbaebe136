import assert from "node:assert/strict";
import type { GenerateCase, GenerateTimes } from "../../lib/benchmarks/generate_case.ts";
import { runScript } from "../../lib/benchmarks/run_script.ts";
import { tinyConfig } from "../models/tiny_llama.ts";

Deno.test("bench_generate_ours times as many runs as asked for, the first apart; with refilling and without", async () => {
  const given: GenerateCase = {
    config: tinyConfig,
    batch: 2,
    promptTokens: [5, 3, 1],
    newTokens: [3, 1, 2],
    sampling: { temperature: 0.8, topK: 3 },
    refill: true,
    runs: 2,
  };
  for (const refill of [true, false]) {
    const { first_s, seconds, cpu_seconds, peak_memory_bytes } = await runScript<GenerateTimes>(
      "bench_generate_ours.ts",
      [
        JSON.stringify({ ...given, refill }),
      ],
    );
    assert.deepEqual([seconds.length, cpu_seconds.length], [2, 2]);
    assert.ok([first_s, ...seconds, ...cpu_seconds].every((value) => value > 0) && peak_memory_bytes > 1e6);
  }
});
