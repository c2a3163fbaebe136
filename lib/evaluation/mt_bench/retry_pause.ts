/**
 * Milliseconds to wait before a request is made again: twice as long each time, up to a minute, a quarter of it by chance so
 * that requests which failed together do not come back together; or longer where the server asks for it by `retry-after-ms`
 * or `retry-after`, in seconds or as a date (RFC 9110, 10.2.3).
 *
 * @param attempt how many were made, from 1
 * @param first milliseconds of the first pause
 * @param chance from 0 to 1
 *
 * @example
 * ```ts
 * import { retryPause } from "./retry_pause.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(retryPause(3, 1000, new Headers(), 1), 4000);
 * assert.equal(retryPause(3, 1000, new Headers(), 0), 3000);
 * assert.equal(retryPause(1, 1000, new Headers({ "retry-after": "7" })), 7000);
 * ```
 */
export function retryPause(attempt: number, first: number, headers: Headers, chance = Math.random()): number {
  const own = Math.min(LONGEST, first * 2 ** (attempt - 1)) * (0.75 + 0.25 * chance);
  return Math.max(own, askedPause(headers) ?? 0);
}

const LONGEST = 60_000;

function askedPause(headers: Headers): number | null {
  const milliseconds = Number(headers.get("retry-after-ms") ?? NaN);
  if (milliseconds >= 0) return milliseconds;
  const after = headers.get("retry-after");
  if (after === null) return null;
  const pause = /^\s*[\d.]+\s*$/.test(after) ? 1000 * Number(after) : Date.parse(after) - Date.now();
  return Number.isFinite(pause) ? pause : null;
}
