import { randomLlama } from "../../lib/models/random_llama.ts";
import { Random } from "../../lib/tensor/random.ts";

/** 2 layers, d 12, 4 query heads on 2 key heads. */
export const tinyConfig = {
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

/** A random model small enough for finite differences. */
export function tinyLlama(seed = 0) {
  return randomLlama(tinyConfig, new Random(seed), { deviation: 0.3 });
}
