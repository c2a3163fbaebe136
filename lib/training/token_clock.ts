/** What a {@linkcode TokenClock} has counted; another clock can go on from it. */
export interface ClockState {
  /** Of all steps. */
  readonly seconds: number;
  readonly tokens: number;
  /** Of the steps that count for the rate. */
  readonly steadySeconds: number;
  readonly steadyTokens: number;
}

/**
 * Counts tokens and the time of the steps themselves, without what lies between them, such as the writing of checkpoints.
 * The rate leaves out the first step after each start, which also warms the backend up.
 */
export class TokenClock {
  #state: ClockState;
  #warm = false;
  #begun = 0;

  constructor(state: ClockState = { seconds: 0, tokens: 0, steadySeconds: 0, steadyTokens: 0 }) {
    this.#state = state;
  }

  get state(): ClockState {
    return this.#state;
  }

  /** To be called where a step begins. */
  begin(): void {
    this.#begun = performance.now();
  }

  /** To be called where the step ends, with its tokens. */
  end(tokens: number): void {
    const seconds = (performance.now() - this.#begun) / 1000;
    const { steadySeconds, steadyTokens } = this.#state;
    this.#state = {
      seconds: this.#state.seconds + seconds,
      tokens: this.#state.tokens + tokens,
      steadySeconds: steadySeconds + (this.#warm ? seconds : 0),
      steadyTokens: steadyTokens + (this.#warm ? tokens : 0),
    };
    this.#warm = true;
  }

  get tokensPerSecond(): number {
    const { seconds, tokens, steadySeconds, steadyTokens } = this.#state;
    if (steadySeconds > 0) return steadyTokens / steadySeconds;
    return seconds > 0 ? tokens / seconds : 0;
  }
}
