import { join } from "node:path";
import { type NamedArray, readSafetensors } from "../../lib/formats/safetensors.ts";
import type { EncodedExample } from "../../lib/text/batches.ts";

/** The models of tests/golden/decoders/make.py, and what is particular to each. */
export const decoderCases = {
  llama: "tied, float32",
  llama3: "scaled rotary positions, bfloat16",
  llama_linear: "linearly scaled rotary positions, biases everywhere, float16",
  mistral: "a window of 5 tokens",
  qwen2: "biases of queries, keys and values, in several files",
  gemma: "heads wider than the model, GeGLU, norms about 1, scaled embeddings",
} as const;

/** One of the models. */
export type DecoderCase = keyof typeof decoderCases;

/** The text that make.py encodes. */
export const goldenText = "It’s 12 o’clock.\n";

/** What transformers and PEFT computed with a model. */
export interface DecoderGolden {
  readonly examples: readonly EncodedExample[];
  readonly tensors: ReadonlyMap<string, NamedArray>;
}

export function decoderFolder(name: DecoderCase): string {
  return join(import.meta.dirname!, "../golden/decoders", name);
}

export async function decoderGolden(name: DecoderCase): Promise<DecoderGolden> {
  const { tensors } = await readSafetensors(join(decoderFolder(name), "expected.safetensors"));
  const examples = [0, 1, 2].map((i) => ({ ids: [...tensors.get(`ids.${i}`)!.data], promptLength: 2 }));
  return { examples, tensors };
}
