import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../adapters/adapt.ts";
import { randomLlama } from "../models/random_llama.ts";
import { peakMemory } from "../tensor/peak_memory.ts";
import { Random } from "../tensor/random.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { padBatch } from "../text/batches.ts";
import { AdamW } from "../training/adamw.ts";
import { FlatParameters } from "../training/flat_parameters.ts";

// One LoRA training step on random weights of SmolLM2-135M's shape, as bench_peft.py does it; prints one JSON line.
const [steps, batch, length, rank] = process.argv.slice(2).map(Number) as [number, number, number, number];
const config = {
  vocab_size: 49152,
  hidden_size: 576,
  intermediate_size: 1536,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  num_key_value_heads: 3,
  head_dim: 64,
  max_position_embeddings: 8192,
  rope_theta: 100_000,
  rms_norm_eps: 1e-5,
};
await useBackend();
const random = new Random(0);
const model = randomLlama(config, random);
const adapter = await adapt(model, { method: "lora", rank });
const examples = Array.from({ length: batch }, () => ({
  ids: Array.from({ length }, () => random.int(config.vocab_size)),
  promptLength: 1,
}));
const parameters = new FlatParameters(adapter);
const optimizer = new AdamW(parameters.size);
let values = parameters.read();
const seconds: number[] = [];
for (let step = 0; step <= steps; step++) {
  const begun = performance.now();
  const { loss, gradients } = model.lossAndGradients(padBatch(examples));
  const gradient = parameters.takeGradients(gradients);
  const next = optimizer.step(values, gradient, 2e-4);
  tf.dispose([values, gradient]);
  values = next;
  parameters.write(values);
  await loss.data();
  loss.dispose();
  if (step > 0) seconds.push((performance.now() - begun) / 1000);
}
process.stdout.write(JSON.stringify({ seconds, peak_memory_bytes: peakMemory.read() }) + "\n");
