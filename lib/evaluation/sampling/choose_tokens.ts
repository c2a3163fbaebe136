import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../tensor/random.ts";
import { UsageError } from "../../usage_error.ts";
import { divideByTemperature } from "./divide_by_temperature.ts";
import { drawToken } from "./draw_token.ts";
import { keepTopK } from "./keep_top_k.ts";
import { keepTopP } from "./keep_top_p.ts";
import { repetitionPenalty } from "./repetition_penalty.ts";

/** How the next token follows from its logits; names and meaning are those of transformers' `GenerationConfig`. */
export interface SamplingOptions {
  /** 0, the default, takes the likeliest token each time; above 0 a token is drawn from softmax(logits / temperature). */
  readonly temperature?: number;
  /** Draws among so many of the likeliest tokens; by default all. */
  readonly topK?: number;
  /** Draws among the likeliest tokens whose probabilities together reach this; by default 1, all. */
  readonly topP?: number;
  /** Makes tokens of the prompt and of what followed less likely where it is above 1, the default. */
  readonly repetitionPenalty?: number;
}

/** What a choice needs of a sequence. */
export interface Choosing {
  /** Where its random numbers come from. */
  readonly random: Random;
  /** The tokens of its prompt and of what followed. */
  readonly seen: Iterable<number>;
}

/**
 * The next token of each sequence: the penalty for repetition first, then temperature, top-k and top-p, as in transformers.
 *
 * @param logits (sequences, vocabulary)
 */
export async function chooseTokens(
  logits: tf.Tensor2D,
  sequences: readonly Choosing[],
  { temperature = 0, topK, topP = 1, repetitionPenalty: penalty = 1 }: SamplingOptions,
): Promise<ArrayLike<number>> {
  if (temperature === 0 && penalty === 1) return await likeliest(logits);
  const vocabulary = logits.shape[1];
  const values = await logits.data<"float32">();
  return sequences.map(({ random, seen }, row) => {
    const scores = values.slice(row * vocabulary, (row + 1) * vocabulary);
    if (penalty !== 1) repetitionPenalty(scores, seen, penalty);
    if (temperature === 0) return largestAt(scores);
    divideByTemperature(scores, temperature);
    if (topK !== undefined) keepTopK(scores, topK);
    keepTopP(scores, topP);
    return drawToken(scores, random.uniform(1)[0]!);
  });
}

/**
 * Refuses options that mean nothing.
 *
 * @throws UsageError with what is expected
 */
export function checkSampling(
  { temperature = 0, topK, topP, repetitionPenalty: penalty = 1 }: SamplingOptions,
): void {
  const refuse = (what: string) => {
    throw new UsageError(what);
  };
  if (!(temperature >= 0 && temperature < Infinity)) {
    refuse(`temperature ${temperature} is not a number from 0; give 0 for greedy, or more`);
  }
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1)) {
    refuse(`top-k ${topK} is not a whole number from 1; leave it out to draw among all tokens`);
  }
  if (topP !== undefined && !(topP > 0 && topP <= 1)) {
    refuse(`top-p ${topP} is not a number above 0 and up to 1; leave it out to draw among all tokens`);
  }
  if (!(penalty > 0 && penalty < Infinity)) {
    refuse(`repetition penalty ${penalty} is not a number above 0; give 1 for none, such as 1.1 for some`);
  }
  if (temperature === 0 && (topK !== undefined || topP !== undefined)) {
    refuse("top-k and top-p say among which tokens to draw; give a temperature above 0 with them");
  }
}

async function likeliest(logits: tf.Tensor2D): Promise<ArrayLike<number>> {
  const ids = tf.argMax(logits, -1); // (sequences)
  try {
    return await ids.data();
  } finally {
    ids.dispose();
  }
}

function largestAt(scores: Float32Array): number {
  let best = 0;
  for (let id = 1; id < scores.length; id++) if (scores[id]! > scores[best]!) best = id;
  return best;
}
