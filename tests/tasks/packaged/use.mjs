// What a project does that has the npm package: trains an adapter, keeps it, loads it. Prints one line of JSON.
import { adapt, keptRecords, loadAdapter, Random, randomLlama, saveAdapter, train, useBackend } from "nlora";

const backend = await useBackend();
const config = {
  vocab_size: 23,
  hidden_size: 12,
  intermediate_size: 20,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 4,
  max_position_embeddings: 64,
  rope_theta: 100,
  rms_norm_eps: 1e-5,
};
const model = randomLlama(config, new Random(0), { deviation: 0.3 });
const adapter = await adapt(model, { method: "nlora", rank: 4, alpha: 4, seed: 0 });
const examples = [{ prompt: "1 2 3", response: "4 5 6" }];
const { points } = await train(model, adapter, examples, {
  steps: 4,
  batch: 1,
  length: 16,
  learningRate: 0.02,
});
await saveAdapter(adapter, model, "adapter");
adapter.remove();
const { spec } = await loadAdapter(model, "adapter");
console.log(JSON.stringify({
  backend: backend.name,
  losses: points.map(({ loss }) => loss),
  rank: spec.rank,
  records: keptRecords("gsm8k").length,
}));
