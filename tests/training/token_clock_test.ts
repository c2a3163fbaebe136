import assert from "node:assert/strict";
import { TokenClock } from "../../lib/training/token_clock.ts";

Deno.test("TokenClock: the first step after each start counts as time, not for the rate; pauses count for nothing", () => {
  const now = performance.now;
  let time = 0;
  performance.now = () => time;
  const step = (clock: TokenClock, milliseconds: number) => {
    clock.begin();
    time += milliseconds;
    clock.end(100);
    time += 60_000; // between two steps
  };
  try {
    const clock = new TokenClock();
    assert.equal(clock.tokensPerSecond, 0);
    step(clock, 4000);
    assert.equal(clock.tokensPerSecond, 25);
    step(clock, 1000);
    assert.equal(clock.tokensPerSecond, 100);
    const resumed = new TokenClock(clock.state);
    step(resumed, 5000);
    step(resumed, 3000);
    assert.equal(resumed.tokensPerSecond, 50);
    assert.deepEqual([resumed.state.seconds, resumed.state.tokens], [13, 400]);
  } finally {
    performance.now = now;
  }
});
