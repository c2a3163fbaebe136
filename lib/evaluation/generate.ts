import { encodePrompt } from "../text/encode_prompt.ts";
import { interruptible } from "../training/interrupt.ts";
import { UsageError } from "../usage_error.ts";
import type { Completion, GenerateOptions, Generative } from "./generate_options.ts";
import { checkSampling } from "./sampling/choose_tokens.ts";
import { Sequence } from "./sequence.ts";
import { Slots } from "./slots.ts";

/**
 * Continues prompts with a cache of keys and values, a batch of them at once: whenever some are finished, the next prompts take
 * their places, the longest first. The completions come in the order of the prompts and do not depend on the batch (to float32
 * rounding), also where tokens are drawn.
 *
 * @throws UsageError for an empty prompt, one that with `maxNewTokens` is longer than the model's context, or options that mean
 *   nothing
 *
 * @example
 * ```ts
 * import { generate, Random, randomLlama, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const config = {
 *   vocab_size: 16, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 1, num_attention_heads: 2,
 *   num_key_value_heads: 1, head_dim: 4, max_position_embeddings: 32, rope_theta: 100, rms_norm_eps: 1e-5,
 * };
 * const model = randomLlama(config, new Random(0));
 * const [greedy] = await generate(model, ["3 1 4"], { maxNewTokens: 5 });
 * assert.ok(greedy!.ids.length <= 5);
 * const drawn = await generate(model, ["3 1 4", "1 5"], { maxNewTokens: 5, temperature: 0.8, topP: 0.95, seed: 7 });
 * assert.equal(drawn.length, 2);
 * ```
 */
export function generate(
  model: Generative,
  prompts: readonly string[],
  options: GenerateOptions = {},
): Promise<Completion[]> {
  return interruptible(options.signal, async (stopping) => {
    checkSampling(options);
    const { batch = 16, stop = [] } = options;
    if (!(Number.isInteger(batch) && batch >= 1)) {
      throw new UsageError(`batch ${batch} is not a whole number from 1`);
    }
    if (stop.includes("")) throw new UsageError("a stop text is empty; give at least one character");
    const limits = limitsOf(prompts.length, options.maxNewTokens);
    const sequences = prompts.map((prompt, index) => {
      const ids = encodePrompt(model.tokenizer, prompt);
      checkPrompt(ids, limits[index]!, model.config.max_position_embeddings);
      return new Sequence(index, ids, limits[index]!, model.tokenizer, options);
    });
    const queue = sequences.toSorted((a, b) => b.promptIds.length - a.promptIds.length);
    const slots = new Slots(model, options);
    try {
      while (!stopping() && (queue.length > 0 || slots.going)) {
        await slots.fill(queue, stopping);
        if (!stopping()) await slots.step();
        await new Promise((resolve) => setTimeout(resolve)); // lets an interrupt arrive
      }
    } finally {
      slots.dispose();
    }
    return sequences.map((sequence) => sequence.interrupt());
  });
}

/** The most new tokens of each prompt. */
function limitsOf(prompts: number, given: number | readonly number[] = 128): readonly number[] {
  const limits = typeof given === "number" ? new Array<number>(prompts).fill(given) : given;
  if (limits.length !== prompts) {
    throw new UsageError(
      `maxNewTokens has ${limits.length} numbers for ${prompts} prompts; give one for each`,
    );
  }
  const wrong = limits.find((limit) => !(Number.isInteger(limit) && limit >= 1));
  if (wrong !== undefined) throw new UsageError(`maxNewTokens ${wrong} is not a whole number from 1`);
  return limits;
}

function checkPrompt(ids: readonly number[], maxNewTokens: number, context: number): void {
  if (ids.length === 0) throw new UsageError("a prompt is empty; give at least one character");
  if (ids.length + maxNewTokens > context) {
    throw new UsageError(
      `a prompt of ${ids.length} tokens with ${maxNewTokens} new ones exceeds the context of ${context}; shorten it`,
    );
  }
}
