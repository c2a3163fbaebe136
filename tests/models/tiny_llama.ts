import { randomLlama } from "../../lib/models/random_llama.ts";
import { Random } from "../../lib/tensor/random.ts";

/** A random model small enough for finite differences: 2 layers, d 12, 4 query heads on 2 key heads. */
export function tinyLlama(seed = 0) {
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
  return randomLlama(config, new Random(seed), { deviation: 0.3 });
}
