import process from "node:process";
import { generate } from "../evaluation/generate.ts";
import { randomLlama } from "../models/random_llama.ts";
import { peakMemory } from "../tensor/peak_memory.ts";
import { Random } from "../tensor/random.ts";
import { useBackend } from "../tensor/use_backend.ts";
import type { GenerateCase, GenerateTimes } from "./generate_case.ts";

// Continuations with random weights, as bench_generate_transformers.py makes them; prints one JSON line. Argument: the case as
// JSON.
const { config, batch, promptTokens, newTokens, sampling, refill, runs } = JSON.parse(
  process.argv[2]!,
) as GenerateCase;
await useBackend();
const random = new Random(0);
const model = randomLlama(config, random);
const { tokenizer } = model;
const endless = {
  config,
  tokenizer: { ...tokenizer, eosId: -1 },
  extend: model.extend.bind(model),
};
const prompts = promptTokens.map((count) =>
  tokenizer.decode(Array.from({ length: count }, () => random.int(config.vocab_size)))
);
const seconds: number[] = [];
const cpuSeconds: number[] = [];
for (let run = 0; run <= runs; run++) {
  const begun = performance.now();
  const before = process.cpuUsage();
  const group = refill ? prompts.length : batch;
  for (let start = 0; start < prompts.length; start += group) {
    const maxNewTokens = newTokens.slice(start, start + group);
    await generate(endless, prompts.slice(start, start + group), { batch, maxNewTokens, ...sampling });
  }
  seconds.push((performance.now() - begun) / 1000);
  const { user, system } = process.cpuUsage(before);
  cpuSeconds.push((user + system) / 1e6);
}
const times: GenerateTimes = {
  first_s: seconds[0]!,
  seconds: seconds.slice(1),
  cpu_seconds: cpuSeconds.slice(1),
  peak_memory_bytes: peakMemory.read(),
};
process.stdout.write(JSON.stringify(times) + "\n");
