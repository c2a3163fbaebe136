import * as tf from "@tensorflow/tfjs-core";
import { fromHost, toHost } from "../../lib/linalg/host_matrix.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

Deno.test("toHost and fromHost are inverse to each other", async () => {
  await assertNoLeak(async () => {
    const x = tf.tensor2d(new Random(21).normal(15), [3, 5]);
    const again = fromHost(await toHost(x));
    await assertAllClose(again, x, { rtol: 0, atol: 0 });
    dispose([x, again]);
  });
});
