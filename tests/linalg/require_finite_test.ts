import * as tf from "@tensorflow/tfjs-core";
import { requireFinite } from "../../lib/linalg/require_finite.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { assertRefused } from "./assert_refused.ts";

await useBackend();

Deno.test("requireFinite passes finite numbers, also where their sum overflows", async () => {
  await assertNoLeak(async () => {
    const given = { small: tf.tensor2d([[1, -2]]), large: tf.tensor1d([3e38, 3e38]) };
    await requireFinite(given);
    dispose(given);
  });
});

for (const value of [NaN, Infinity, -Infinity]) {
  Deno.test(`requireFinite refuses ${value}, with its place`, async () => {
    const message = new RegExp(
      `^${value} stands at \\[1, 2\\] of weight \\(2×3\\); every entry must be finite$`,
    );
    const good = tf.ones([2, 2]);
    await assertRefused([[0, 0, 0], [0, 0, value]], (weight) => requireFinite({ good, weight }), message);
    good.dispose();
  });
}

Deno.test("requireFinite refuses infinities of both signs, whose sum is no number", async () => {
  await assertRefused(
    [[Infinity, -Infinity]],
    (x) => requireFinite({ x }),
    /^Infinity stands at \[0, 0\] of x/,
  );
});
