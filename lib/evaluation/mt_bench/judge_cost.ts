import { estimateTokens } from "./estimate_tokens.ts";
import type { TokenUsage } from "./judge.ts";
import type { JudgeRequest } from "./judge_requests.ts";

/** What a million tokens cost, in any currency. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
}

/** What judging is going to take. */
export interface CostEstimate {
  readonly requests: number;
  /** About how many the judge is going to read. */
  readonly input_tokens: number;
  /** How many it may write at most. */
  readonly most_output_tokens: number;
  /** What that costs at most; null without prices. */
  readonly most_cost: number | null;
}

/** Tokens of a request beside those of its texts: roles and marks between them. */
const FRAME = 11;

/**
 * What requests are going to take, before one of them is made: the tokens of their texts as {@link estimateTokens} counts
 * them, and the longest replies.
 *
 * @param maxTokens the longest reply, in tokens
 */
export function estimateCost(
  requests: readonly JudgeRequest[],
  maxTokens: number,
  prices: TokenPrices | null,
): CostEstimate {
  const input = requests.reduce(
    (sum, { messages }) => sum + messages.reduce((sum, { content }) => sum + estimateTokens(content), FRAME),
    0,
  );
  const output = requests.length * maxTokens;
  return {
    requests: requests.length,
    input_tokens: input,
    most_output_tokens: output,
    most_cost: prices && tokenCost({ input, output }, prices),
  };
}

/** What tokens cost. */
export function tokenCost({ input, output }: TokenUsage, prices: TokenPrices): number {
  return (input * prices.input + output * prices.output) / 1e6;
}
