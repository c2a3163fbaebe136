import type { ChatMessage } from "../../text/render_chat.ts";

/** Whoever grades answers: a model behind an endpoint, or one on this machine. */
export interface Judge {
  readonly name: string;
  /**
   * Puts conversations to the judge, several at a time.
   *
   * @param onReply told of each reply as soon as it is there, with the place of its conversation
   * @returns what became of those without a reply; an interrupt leaves conversations out without a word
   * @throws UsageError where asking on is of no use: a wrong key, an unknown model
   */
  ask(
    conversations: readonly (readonly ChatMessage[])[],
    onReply: (reply: JudgeReply, index: number) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<JudgeFailure[]>;
}

/** What a judge wrote. */
export interface JudgeReply {
  readonly text: string;
  /** Why it ended, in the endpoint's words: `stop`, `length`, `content_filter`, …; null where that was not told. */
  readonly finish: string | null;
  /** Tokens read and written, where they were told. */
  readonly usage: TokenUsage | null;
}

/** Tokens that one or more requests took. */
export interface TokenUsage {
  readonly input: number;
  readonly output: number;
}

/** A conversation without a reply. */
export interface JudgeFailure {
  readonly index: number;
  /** What was tried and what came. */
  readonly reason: string;
}
