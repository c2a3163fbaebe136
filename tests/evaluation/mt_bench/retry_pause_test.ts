import assert from "node:assert/strict";
import { retryPause } from "../../../lib/evaluation/mt_bench/retry_pause.ts";

Deno.test("pauses double up to a minute, and chance takes a quarter of them at most", () => {
  const pauses = [1, 2, 3, 9].map((attempt) => retryPause(attempt, 1000, new Headers(), 1));
  assert.deepEqual(pauses, [1000, 2000, 4000, 60_000]);
  assert.equal(retryPause(2, 1000, new Headers(), 0), 1500);
});

Deno.test("a server's wish is kept where it is longer: milliseconds, seconds, or a date", () => {
  const pause = (headers: Record<string, string>) => retryPause(1, 100, new Headers(headers), 1);
  assert.equal(pause({ "retry-after": "1.5" }), 1500);
  assert.equal(pause({ "retry-after-ms": "250", "retry-after": "9" }), 250);
  assert.equal(pause({ "retry-after": "0" }), 100);
  const date = pause({ "retry-after": new Date(Date.now() + 30_000).toUTCString() });
  assert.ok(date > 20_000 && date <= 30_000, String(date));
  for (const wrong of ["soon", "", "-3", "Thu, 01 Jan 1970 00:00:00 GMT"]) {
    assert.equal(pause({ "retry-after": wrong }), 100);
  }
});
