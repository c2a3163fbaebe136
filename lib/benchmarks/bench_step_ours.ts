import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../adapters/adapt.ts";
import { randomLlama } from "../models/random_llama.ts";
import { peakMemory } from "../tensor/peak_memory.ts";
import { Random } from "../tensor/random.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { padBatch } from "../text/batches.ts";
import { AdapterOptimizer } from "../training/adapter_optimizer.ts";
import { type StepCase, stepShapes, type StepTimes } from "./step_case.ts";

// Training steps on random weights, as bench_step_peft.py does them; prints one JSON line. Argument: the case as JSON.
const { model: name, method, rank, batch, length, recompute, steps } = JSON.parse(
  process.argv[2]!,
) as StepCase;
const config = stepShapes[name];
await useBackend();
const random = new Random(0);
const model = randomLlama(config, random);
const adapter = await adapt(model, { method, rank });
const examples = Array.from({ length: batch }, () => ({
  ids: Array.from({ length }, () => random.int(config.vocab_size)),
  promptLength: 1,
}));
const optimizer = new AdapterOptimizer(adapter);
const seconds: number[] = [];
const passSeconds: number[] = [];
for (let step = 0; step <= steps; step++) {
  const begun = performance.now();
  const { loss, gradients } = model.lossAndGradients(padBatch(examples), undefined, { recompute });
  await loss.data();
  loss.dispose();
  passSeconds.push((performance.now() - begun) / 1000);
  const flat = optimizer.takeGradients(gradients);
  optimizer.step(flat, 2e-4);
  tf.dispose(flat);
  seconds.push((performance.now() - begun) / 1000);
}
const [first, ...later] = seconds;
const times: StepTimes = {
  first_s: first!,
  seconds: later,
  pass_seconds: passSeconds.slice(1),
  peak_memory_bytes: peakMemory.read(),
};
process.stdout.write(JSON.stringify(times) + "\n");
