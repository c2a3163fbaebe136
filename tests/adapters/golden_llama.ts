import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { readSafetensors } from "../../lib/formats/safetensors.ts";
import { Llama } from "../../lib/models/llama.ts";
import { linearName, type LlamaLayer, type Projection, projections } from "../../lib/models/llama_layer.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { tinyLlama } from "../models/tiny_llama.ts";

/** The folder with PEFT's adapters of {@linkcode goldenLlama}. */
export const goldenFolder = join(import.meta.dirname!, "../golden/peft");

/** The model of tests/golden/peft_adapters.py, of the same shape as {@linkcode tinyLlama}; owned by the caller. */
export async function goldenLlama(): Promise<Llama> {
  const { tensors } = await readSafetensors(join(goldenFolder, "model.safetensors"));
  const array = (name: string) => tensors.get(`${name}.weight`)!;
  const matrix = (name: string) => tf.tensor2d(array(name).data, array(name).shape as [number, number]);
  const vector = (name: string) => tf.tensor1d(array(name).data);
  const shape = tinyLlama();
  const { config, tokenizer } = shape;
  shape.dispose();
  const layers = Array.from({ length: config.num_hidden_layers }, (_, i): LlamaLayer => {
    const linear = (p: Projection) => new Linear(linearName(i, p), matrix(linearName(i, p)));
    return {
      linears: Object.fromEntries(projections.map((p) => [p, linear(p)])) as Record<Projection, Linear>,
      inputNorm: vector(`model.layers.${i}.input_layernorm`),
      attentionNorm: vector(`model.layers.${i}.post_attention_layernorm`),
    };
  });
  const embedding = matrix("model.embed_tokens");
  return new Llama("golden", config, tokenizer, "golden", {
    embedding,
    head: embedding,
    layers,
    norm: vector("model.norm"),
  });
}
