import assert from "node:assert/strict";
import { Matrix } from "ml-matrix";
import { fromHost, toHost } from "../../lib/linalg/host_matrix.ts";
import { newtonSchulzPinv } from "../../lib/linalg/newton_schulz_pinv.ts";
import { pinv } from "../../lib/linalg/pinv.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { assertRefused } from "./assert_refused.ts";
import { frobenius, withSpectrum } from "./random_matrices.ts";

await useBackend();

const falling = (count: number, cond: number) =>
  Array.from({ length: count }, (_, i) => cond ** (-i / (count - 1)));

for (
  const [m, n, spectrum] of [
    [6, 6, falling(6, 10)],
    [8, 5, falling(5, 100)],
    [5, 8, falling(5, 1000)],
    [7, 7, [2, 1, 0.5]],
  ] as const
) {
  const cond = Math.round(spectrum[0]! / spectrum.at(-1)!);
  Deno.test(`newtonSchulzPinv of ${m}×${n} of rank ${spectrum.length} and cond ${cond} is the pseudo-inverse`, async () => {
    await assertNoLeak(async () => {
      const x = fromHost(withSpectrum(m, n, spectrum, new Random(3)));
      const { inverse, iterations, converged } = await newtonSchulzPinv(x);
      const expected = pinv(await toHost(x));
      assert.ok(converged);
      const apart = frobenius(Matrix.sub(await toHost(inverse), expected)) / frobenius(expected);
      assert.ok(apart < 1e-6 * cond + 1e-5, `${apart}`);
      assert.ok(iterations <= 1.2 * Math.log2(cond) + 8, `${iterations} iterations`);
      dispose([x, inverse]);
    });
  });
}

Deno.test("newtonSchulzPinv says when it has not come to an end", async () => {
  await assertNoLeak(async () => {
    const x = fromHost(withSpectrum(5, 5, falling(5, 1000), new Random(3)));
    const { inverse, iterations, converged } = await newtonSchulzPinv(x, { maxIterations: 3 });
    assert.deepEqual([iterations, converged], [3, false]);
    dispose([x, inverse]);
  });
});

Deno.test("newtonSchulzPinv refuses zero and what is not finite", async () => {
  await assertRefused([[0, 0]], (x) => newtonSchulzPinv(x), /the 1×2 matrix is zero/);
  await assertRefused([[NaN, 0]], (x) => newtonSchulzPinv(x), /NaN stands at \[0, 0\]/);
});
