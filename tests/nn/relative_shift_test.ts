import * as tf from "@tensorflow/tfjs-core";
import { relativeShift, relativeShiftBackward } from "../../lib/nn/relative_shift.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

Deno.test("relativeShift: row i begins i columns before row 0", () =>
  assertNoLeak(async () => {
    for (const [n, first] of [[1, 0], [1, 1], [4, 3], [4, 4]] as const) {
      const x = tidy(() => tf.reshape<tf.Rank.R3>(tf.range(0, 2 * n * 2 * n), [2, n, 2 * n]));
      const y = tidy(() => relativeShift(x, first));
      const expected = tf.tensor3d(
        Array.from({ length: 2 * n * n }, (_, at) => {
          const [b, i, j] = [Math.floor(at / n / n), Math.floor(at / n) % n, at % n];
          return (b * n + i) * 2 * n + first + j - i;
        }),
        [2, n, n],
      );
      await assertAllClose(y, expected, { rtol: 0, atol: 0 });
      dispose([x, y, expected]);
    }
  }));

Deno.test("relativeShiftBackward is the adjoint: ⟨shift(x), dy⟩ = ⟨x, backward(dy)⟩", () =>
  assertNoLeak(async () => {
    const random = new Random(3);
    for (const [n, first] of [[1, 0], [5, 4], [5, 5]] as const) {
      const x = tf.tensor3d(random.normal(2 * n * 2 * n), [2, n, 2 * n]);
      const dy = tf.tensor3d(random.normal(2 * n * n), [2, n, n]);
      const [left, right] = tidy(() => [
        tf.sum(tf.mul(relativeShift(x, first), dy)),
        tf.sum(tf.mul(x, relativeShiftBackward(dy, first))),
      ]);
      await assertAllClose(left!, right!, { rtol: 1e-4, atol: 1e-4 });
      dispose([x, dy, left, right]);
    }
  }));
