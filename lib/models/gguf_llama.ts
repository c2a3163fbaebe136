import type { LlamaConfig } from "./llama_config.ts";
import { type Projection, projections } from "./llama_layer.ts";

/** The names of llama.cpp for the linear maps that transformers names otherwise. */
export const ggufNames: Readonly<Record<Projection, string>> = {
  q_proj: "attn_q",
  k_proj: "attn_k",
  v_proj: "attn_v",
  o_proj: "attn_output",
  gate_proj: "ffn_gate",
  up_proj: "ffn_up",
  down_proj: "ffn_down",
};

const norms: Readonly<Record<string, string>> = {
  input_layernorm: "attn_norm",
  post_attention_layernorm: "ffn_norm",
};

const outside: Readonly<Record<string, string>> = {
  "model.embed_tokens.weight": "token_embd.weight",
  "model.norm.weight": "output_norm.weight",
  "lm_head.weight": "output.weight",
};

/** The name in llama.cpp of a tensor that transformers names so, such as `model.layers.0.self_attn.q_proj.weight`. */
export function ggufName(name: string): string {
  const found = /^model\.layers\.(\d+)\.(?:\w+\.)?(\w+)\.(\w+)$/.exec(name);
  if (!found) return outside[name] ?? name;
  const [, layer, part, end] = found;
  return `blk.${layer}.${norms[part!] ?? ggufNames[part as Projection]}.${end}`;
}

/** The linear map that a tensor of transformers' name belongs to, or null. */
export function ggufProjection(name: string): Projection | null {
  return projections.find((projection) => name.endsWith(`.${projection}.weight`)) ?? null;
}

/** What llama.cpp calls the architecture of a model. */
export function ggufArchitecture({ model_type = "llama" }: LlamaConfig): string {
  return model_type === "mistral" ? "llama" : model_type;
}

/** Whether llama.cpp keeps the rows of a linear map in an order of its own: LLaMA's and Mistral's queries and keys. */
export function isInterleaved(projection: Projection, config: LlamaConfig): boolean {
  if (ggufArchitecture(config) !== "llama") return false;
  return projection === "q_proj" || projection === "k_proj";
}

/**
 * The rows of a query or key weight in transformers' order. llama.cpp keeps the two numbers that rotary positions turn
 * together side by side; transformers keeps them half a head apart.
 *
 * @param values (heads · headDim, n), row by row
 * @param result takes them, and is given back
 */
export function halvesTogether(
  values: Float32Array,
  n: number,
  headDim: number,
  result: Float32Array<ArrayBuffer> = new Float32Array(values.length),
): Float32Array<ArrayBuffer> {
  for (let row = 0; row * n < values.length; row++) {
    result.set(values.subarray(row * n, (row + 1) * n), halfApart(row, headDim) * n);
  }
  return result;
}

/** The inverse of {@linkcode halvesTogether}: rows in transformers' order → llama.cpp's. */
export function pairsTogether(values: Float32Array, n: number, headDim: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(values.length);
  for (let row = 0; row * n < values.length; row++) {
    const source = halfApart(row, headDim) * n;
    result.set(values.subarray(source, source + n), row * n);
  }
  return result;
}

/** Where transformers keeps the row that llama.cpp keeps at `row`. */
function halfApart(row: number, headDim: number): number {
  const within = row % headDim;
  return row - within + (within % 2) * (headDim / 2) + (within >> 1);
}
