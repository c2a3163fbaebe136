import * as tf from "@tensorflow/tfjs-core";
import { disposeCache, keepSequences, type KeyValueCache } from "../models/key_value_cache.ts";
import { Random } from "../tensor/random.ts";
import { encodePrompt } from "../text/encode_prompt.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { interruptible } from "../training/interrupt.ts";
import { UsageError } from "../usage_error.ts";

/** A model that can continue text. */
export interface Generative {
  readonly tokenizer: Tokenizer;
  readonly config: { readonly max_position_embeddings: number };
  extend(
    ids: Int32Array,
    before: { padding: readonly number[]; cache: null } | { padding?: undefined; cache: KeyValueCache },
  ): { logits: tf.Tensor2D; cache: KeyValueCache };
}

/** How to continue. */
export interface GenerateOptions {
  /** By default 128. */
  readonly maxNewTokens?: number;
  /** 0, the default, takes the likeliest token each time; above 0 a token is drawn from softmax(logits / temperature). */
  readonly temperature?: number;
  readonly seed?: number;
  /** Texts at which a completion ends; they are not part of it. */
  readonly stop?: readonly string[];
  /** A completion also ends once it matches; the match is part of it. */
  readonly done?: RegExp;
  /** Sequences at once; by default 16. */
  readonly batch?: number;
  /** Told whenever a completion is finished. */
  readonly onFinish?: (completion: Completion, index: number) => void;
  readonly signal?: AbortSignal;
}

/** The continuation of one prompt. */
export interface Completion {
  readonly text: string;
  /** The new tokens, a final end-of-text token left out. */
  readonly ids: readonly number[];
  /** Why it ended. */
  readonly finish: "eos" | "stop" | "length" | "interrupted";
}

/**
 * Continues prompts, in batches of about equal length, with a cache of keys and values. The completions come in the
 * order of the prompts and do not depend on the batch (to float32 rounding).
 *
 * @throws UsageError for an empty prompt, or one that with `maxNewTokens` is longer than the model's context
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
 * const [completion] = await generate(model, ["3 1 4"], { maxNewTokens: 5 });
 * assert.ok(completion!.ids.length <= 5);
 * ```
 */
export function generate(
  model: Generative,
  prompts: readonly string[],
  options: GenerateOptions = {},
): Promise<Completion[]> {
  return interruptible(options.signal, async (stopping) => {
    const { batch = 16, maxNewTokens = 128 } = options;
    const encoded = prompts.map((prompt, index) => ({ index, ids: encodePrompt(model.tokenizer, prompt) }));
    for (const { ids } of encoded) checkPrompt(ids, maxNewTokens, model.config.max_position_embeddings);
    encoded.sort((a, b) => b.ids.length - a.ids.length);
    const completions = new Array<Completion>(prompts.length);
    for (let start = 0; start < encoded.length; start += batch) {
      const group = encoded.slice(start, start + batch).map(({ index, ids }) => new Sequence(index, ids));
      if (!stopping()) await continueGroup(model, group, options, stopping);
      for (const sequence of group) {
        completions[sequence.index] = sequence.completion ?? interruptedCompletion;
      }
    }
    return completions;
  });
}

const interruptedCompletion: Completion = { text: "", ids: [], finish: "interrupted" };

function checkPrompt(ids: readonly number[], maxNewTokens: number, context: number): void {
  if (ids.length === 0) throw new UsageError("a prompt is empty; give at least one character");
  if (ids.length + maxNewTokens > context) {
    throw new UsageError(
      `a prompt of ${ids.length} tokens with ${maxNewTokens} new ones exceeds the context of ${context}; shorten it`,
    );
  }
}

/** One prompt on its way. */
class Sequence {
  readonly newIds: number[] = [];
  completion: Completion | null = null;

  constructor(readonly index: number, readonly promptIds: readonly number[]) {}
}

async function continueGroup(
  model: Generative,
  group: readonly Sequence[],
  options: GenerateOptions,
  stopping: () => boolean,
): Promise<void> {
  const { temperature = 0, seed = 0 } = options;
  const longest = Math.max(...group.map((s) => s.promptIds.length));
  const padding = group.map((s) => longest - s.promptIds.length);
  const ids = new Int32Array(group.length * longest);
  group.forEach((s, row) => ids.set(s.promptIds, row * longest + padding[row]!));
  const randoms = new Map(group.map((s) => [s, new Random(seed).fork(String(s.index))]));
  let active = [...group];
  let { logits, cache } = model.extend(ids, { padding, cache: null });
  try {
    while (true) {
      const next = temperature > 0
        ? await draw(logits, temperature, active.map((s) => randoms.get(s)!))
        : await likeliest(logits);
      logits.dispose();
      active.forEach((sequence, row) => advance(sequence, next[row]!, model.tokenizer, options, stopping()));
      if (active.every((sequence) => sequence.completion !== null)) return;
      const rows = rowsToKeep(active);
      if (rows.length < active.length) {
        cache = keepSequences(cache, rows);
        active = rows.map((row) => active[row]!);
      }
      const last = Int32Array.from(active, (s) => s.newIds.at(-1) ?? model.tokenizer.padId);
      ({ logits, cache } = model.extend(last, { cache }));
      await new Promise((resolve) => setTimeout(resolve)); // lets an interrupt arrive
    }
  } finally {
    disposeCache(cache);
  }
}

/**
 * The rows to go on with: all of them until those not finished yet fit into a smaller power of two, then they, filled up to it
 * with finished ones. Each size is another program to compile, and a row in vain costs little.
 */
function rowsToKeep(active: readonly Sequence[]): number[] {
  const rows = [...active.keys()];
  const [open, finished] = [true, false].map((going) =>
    rows.filter((row) => (active[row]!.completion === null) === going)
  ) as [number[], number[]];
  const size = 2 ** Math.ceil(Math.log2(open.length));
  return size < rows.length ? [...open, ...finished.slice(0, size - open.length)] : rows;
}

/** Takes the next token into a sequence, and finishes it where it ends. */
function advance(
  sequence: Sequence,
  id: number,
  tokenizer: Tokenizer,
  { maxNewTokens = 128, stop = [], done, onFinish }: GenerateOptions,
  interrupted: boolean,
): void {
  if (sequence.completion !== null) return;
  const finish = (finish: Completion["finish"], text = tokenizer.decode(sequence.newIds)) => {
    sequence.completion = { text, ids: sequence.newIds, finish };
    onFinish?.(sequence.completion, sequence.index);
  };
  if (id === tokenizer.eosId) return finish("eos");
  sequence.newIds.push(id);
  if (stop.length > 0 || done) {
    const text = tokenizer.decode(sequence.newIds);
    const ends = stop.map((s) => text.indexOf(s)).filter((at) => at >= 0);
    if (ends.length > 0) return finish("stop", text.slice(0, Math.min(...ends)));
    const match = done?.exec(text);
    if (match) return finish("stop", text.slice(0, match.index + match[0].length));
  }
  if (sequence.newIds.length >= maxNewTokens) finish("length");
  else if (interrupted) finish("interrupted");
}

async function likeliest(logits: tf.Tensor2D): Promise<ArrayLike<number>> {
  const ids = tf.argMax(logits, -1); // (batch)
  try {
    return await ids.data();
  } finally {
    ids.dispose();
  }
}

async function draw(logits: tf.Tensor2D, temperature: number, randoms: readonly Random[]): Promise<number[]> {
  const scaled = tf.tidy(() => tf.softmax(tf.div(logits, temperature))); // (batch, vocabulary)
  const probabilities = await scaled.data();
  scaled.dispose();
  const vocabulary = logits.shape[1];
  return randoms.map((random, row) => {
    let left = random.uniform(1)[0]!;
    for (let id = 0; id < vocabulary; id++) {
      left -= probabilities[row * vocabulary + id]!;
      if (left < 0) return id;
    }
    return vocabulary - 1;
  });
}
