/**
 * A mistake in what was asked for, with the way to mend it: what was expected, what came, what to do.
 * The command line turns it into exit code 2; every other error is exit code 1.
 *
 * @example
 * ```ts
 * import { UsageError } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.throws(() => {
 *   throw new UsageError("rank 0 is below 1; choose a rank from 1 to 576");
 * }, UsageError);
 * ```
 */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
