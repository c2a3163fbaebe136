import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../../lib/usage_error.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

/** Fails unless the call on a matrix is refused as a mistake of the caller with this message, and leaves no tensor behind. */
export async function assertRefused(
  rows: number[][],
  call: (x: tf.Tensor2D) => Promise<unknown>,
  message: RegExp,
): Promise<void> {
  await assertNoLeak(async () => {
    const x = tf.tensor2d(rows);
    await assert.rejects(call(x), (error) => {
      assert.ok(error instanceof UsageError, `${error}`);
      assert.match(error.message, message);
      return true;
    });
    x.dispose();
  });
}
