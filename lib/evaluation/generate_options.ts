import type * as tf from "@tensorflow/tfjs-core";
import type { KeyValueCache } from "../models/key_value_cache.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import type { SamplingOptions } from "./sampling/choose_tokens.ts";

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
export interface GenerateOptions extends SamplingOptions {
  /** Of each completion, or one for each prompt; by default 128. */
  readonly maxNewTokens?: number | readonly number[];
  /** Of what is drawn; each prompt has a stream of random numbers of its own. By default 0. */
  readonly seed?: number;
  /** What each prompt's stream of random numbers is named after; by default its place among the prompts. */
  readonly streams?: readonly string[];
  /** Texts at which a completion ends; they are not part of it. */
  readonly stop?: readonly string[];
  /** A completion also ends once it matches; the match is part of it. */
  readonly done?: RegExp;
  /** Sequences at once; by default 16. */
  readonly batch?: number;
  /**
   * Told each piece of text as soon as nothing that follows can change it: whole characters, nothing of a stop text. The pieces of
   * a completion together are its text.
   */
  readonly onText?: (piece: string, index: number) => void;
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
