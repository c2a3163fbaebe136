import { generate } from "./generate.ts";
import type { Completion, GenerateOptions, Generative } from "./generate_options.ts";

/**
 * Continues one prompt and gives its text piece by piece, each as soon as nothing that follows can change it; the completion is what
 * the iteration returns. Leaving the loop early ends the work.
 *
 * @throws UsageError as `generate` does
 *
 * @example
 * ```ts
 * import { Random, randomLlama, streamText, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const config = {
 *   vocab_size: 16, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 1, num_attention_heads: 2,
 *   num_key_value_heads: 1, head_dim: 4, max_position_embeddings: 32, rope_theta: 100, rms_norm_eps: 1e-5,
 * };
 * const model = randomLlama(config, new Random(1));
 * let text = "";
 * for await (const piece of streamText(model, "3 1 4", { maxNewTokens: 5 })) text += piece;
 * assert.match(text, /^\d+( \d+){0,4}$/);
 * ```
 */
export async function* streamText(
  model: Generative,
  prompt: string,
  options: GenerateOptions = {},
): AsyncGenerator<string, Completion, void> {
  const left = new AbortController();
  const pieces: string[] = [];
  let wake = () => {};
  let done = false;
  const work = generate(model, [prompt], {
    ...options,
    onText(piece, index) {
      options.onText?.(piece, index);
      pieces.push(piece);
      wake();
    },
    signal: options.signal ? AbortSignal.any([options.signal, left.signal]) : left.signal,
  }).finally(() => {
    done = true;
    wake();
  });
  work.catch(() => {}); // told below
  try {
    while (!done || pieces.length > 0) {
      if (pieces.length > 0) yield pieces.splice(0).join("");
      else await new Promise<void>((resolve) => wake = resolve);
    }
  } finally {
    left.abort();
    await work.catch(() => {});
  }
  const [completion] = await work;
  return completion!;
}
