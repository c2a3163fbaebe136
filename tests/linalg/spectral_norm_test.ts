import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { fromHost } from "../../lib/linalg/host_matrix.ts";
import { spectralNorm } from "../../lib/linalg/spectral_norm.ts";
import { Random } from "../../lib/tensor/random.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { withSpectrum } from "./random_matrices.ts";

await useBackend();

for (
  const [name, spectrum] of [
    ["one large", [10, 1, 1, 1]],
    ["falling", Array.from({ length: 12 }, (_, i) => 3 / (i + 1))],
    ["nearly equal", Array.from({ length: 12 }, (_, i) => 2 - 0.01 * i)],
    ["tiny", [1e-4, 5e-5]],
  ] as const
) {
  for (const [m, n] of [[14, 12], [12, 14]] as const) {
    Deno.test(`spectralNorm of ${m}×${n} with ${name} singular values is the largest of them`, async () => {
      await assertNoLeak(async () => {
        const x = fromHost(withSpectrum(m, n, spectrum, new Random(6)));
        const ratio = await spectralNorm(x, new Random(0)) / spectrum[0]!;
        assert.ok(Math.abs(ratio - 1) < 1e-5, `${ratio}`);
        x.dispose();
      });
    });
  }
}

Deno.test("spectralNorm comes from below, nearer with each step", async () => {
  await assertNoLeak(async () => {
    const x = fromHost(
      withSpectrum(20, 20, Array.from({ length: 20 }, (_, i) => 2 - 0.01 * i), new Random(6)),
    );
    const norms: number[] = [];
    for (const steps of [1, 2, 4, 8]) norms.push(await spectralNorm(x, new Random(0), steps));
    norms.forEach((norm, i) =>
      assert.ok(norm <= 2 + 1e-5 && (i === 0 || norm >= norms[i - 1]! - 1e-6), `${norms}`)
    );
    x.dispose();
  });
});

Deno.test("spectralNorm of zero is 0", async () => {
  await assertNoLeak(async () => {
    const x = tf.zeros([3, 2]) as tf.Tensor2D;
    assert.equal(await spectralNorm(x, new Random(0)), 0);
    x.dispose();
  });
});
