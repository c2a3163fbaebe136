import { setTimeout as delay } from "node:timers/promises";
import type { ChatMessage } from "../../text/render_chat.ts";
import { interruptible, interruptSignal } from "../../training/interrupt.ts";
import { UsageError } from "../../usage_error.ts";
import { limitConcurrency } from "../limit_concurrency.ts";
import { type EndpointAnswer, requestCompletion } from "./chat_request.ts";
import type { Judge, JudgeFailure, JudgeReply } from "./judge.ts";
import { retryPause } from "./retry_pause.ts";

/** A model behind an endpoint that speaks OpenAI's chat completions, and how it is asked. */
export interface EndpointOptions {
  /** Up to what `/chat/completions` follows, such as `http://localhost:8000/v1`. */
  readonly baseUrl: string;
  /** The model's name there. */
  readonly model: string;
  /** Sent as a bearer token; servers on one's own machine need none. */
  readonly key?: string;
  /** The longest reply, in tokens; by default 2048. */
  readonly maxTokens?: number;
  /** Fields of each request beside `model` and `messages`; null takes out one of the defaults `temperature: 0`, `max_tokens`. */
  readonly parameters?: { readonly [name: string]: unknown };
  /** Requests at once; by default 4. */
  readonly concurrency?: number;
  /** Times that one request is made before it is given up; by default 6. */
  readonly attempts?: number;
  /** Seconds until a request without a whole answer is broken off; by default 120. */
  readonly timeout?: number;
  /** Milliseconds before the second attempt; by default 1000. Each further pause is twice as long. */
  readonly firstPause?: number;
  /** Told why a request waits before it is made again, and for how many milliseconds. */
  readonly onPause?: (reason: string, milliseconds: number) => void;
}

/** The longest pause, in milliseconds, that a server may ask for. */
const LONGEST_PAUSE = 10 * 60_000;
/** Requests given up in a row after which the server is not asked any more. */
const MOST_IN_A_ROW = 3;

/**
 * A judge behind an endpoint. A request that meets an overloaded or broken server (408, 409, 425, 429, 5xx), no answer in time, or an
 * answer that is cut off or is none, is made again after a pause; a pause that the server asks for holds for all requests. Where
 * three in a row are given up, the others are not made.
 *
 * @throws UsageError for an address that is none, or holds a password
 */
export function endpointJudge(options: EndpointOptions): Judge {
  const { model, concurrency = 4 } = options;
  const url = completionsUrl(options.baseUrl);
  return {
    name: model,
    ask: (conversations, onReply, signal) =>
      interruptible(signal, async () => {
        const limited = limitConcurrency(concurrency);
        const failures: JudgeFailure[] = [];
        const server = new Server(url, options, [signal, interruptSignal()]);
        await Promise.all(conversations.map((messages, index) =>
          limited(async () => {
            const outcome = await server.ask(messages);
            if (outcome === null) return;
            if (typeof outcome === "string") failures.push({ index, reason: outcome });
            else await onReply(outcome, index).catch((error) => server.leave(error));
          })
        ));
        server.check();
        return failures.sort((a, b) => a.index - b.index);
      }),
  };
}

function completionsUrl(baseUrl: string): string {
  const base = baseUrl.trim().replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
  if (!/^https?:/.test(base) || !URL.canParse(base)) {
    throw new UsageError(
      `the endpoint ${JSON.stringify(baseUrl)} is no address; give one such as http://localhost:8000/v1`,
    );
  }
  const { username, password, host } = new URL(base);
  if (username === "" && password === "") return `${base}/chat/completions`;
  throw new UsageError(
    `the address of ${host} holds a name or password; leave it out, and give a key by the environment`,
  );
}

/** What is known of the server while it is asked. */
class Server {
  /** Until when, by the clock, it asked not to be troubled. */
  #notBefore = 0;
  #givenUp = 0;
  #gone: string | null = null;
  #fatal: unknown = null;
  readonly #left = new AbortController();
  readonly #signal: AbortSignal;

  constructor(
    readonly url: string,
    readonly options: EndpointOptions,
    signals: readonly (AbortSignal | undefined)[],
  ) {
    this.#signal = AbortSignal.any([this.#left.signal, ...signals.filter((signal) => signal !== undefined)]);
  }

  /** Asks nothing more, because of an error. */
  leave(error: unknown): void {
    this.#fatal ??= error;
    this.#left.abort();
  }

  /** @throws why it was left */
  check(): void {
    if (this.#fatal !== null) throw this.#fatal;
  }

  /** The reply; or why there is none; or null after an interrupt. */
  async ask(messages: readonly ChatMessage[]): Promise<JudgeReply | string | null> {
    const { model, key, maxTokens = 2048, parameters = {}, attempts = 6, timeout = 120, firstPause = 1000 } =
      this.options;
    const fields = { model, messages, temperature: 0, max_tokens: maxTokens, ...parameters };
    const body = JSON.stringify(Object.fromEntries(Object.entries(fields).filter(([, v]) => v !== null)));
    for (let attempt = 1;; attempt++) {
      if (this.#gone !== null) return this.#gone;
      if (!await this.#wait()) return null;
      let answer: EndpointAnswer;
      try {
        answer = await requestCompletion({ url: this.url, key, body, timeout, signal: this.#signal });
      } catch (error) {
        this.leave(error);
        return null;
      }
      switch (answer.kind) {
        case "reply":
          this.#givenUp = 0;
          return answer.reply;
        case "interrupted":
          return null;
        case "refused":
          return answer.reason;
      }
      if (attempt >= attempts) {
        return this.#giveUp(`${answer.reason} (asked ${attempt} ${attempt === 1 ? "time" : "times"})`);
      }
      const pause = retryPause(attempt, firstPause, answer.headers);
      if (pause > LONGEST_PAUSE) {
        return this.#gone = `${answer.reason}; it asks to wait ${Math.ceil(pause / 1000)} s`;
      }
      if (answer.overloaded) this.#notBefore = Math.max(this.#notBefore, Date.now() + pause);
      this.options.onPause?.(answer.reason, pause);
      if (!await this.#pause(pause)) return null;
    }
  }

  #giveUp(reason: string): string {
    if (++this.#givenUp >= MOST_IN_A_ROW) this.#gone = `not asked: ${this.#givenUp} in a row failed before`;
    return reason;
  }

  /** Waits as long as the server has asked for; false after an interrupt. */
  async #wait(): Promise<boolean> {
    for (;;) {
      const left = this.#notBefore - Date.now();
      if (left <= 0) return !this.#signal.aborted;
      if (!await this.#pause(left)) return false;
    }
  }

  async #pause(milliseconds: number): Promise<boolean> {
    await delay(milliseconds, undefined, { signal: this.#signal }).catch(() => {});
    return !this.#signal.aborted;
  }
}
