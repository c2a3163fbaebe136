import assert from "node:assert/strict";
import { Matrix } from "ml-matrix";
import { cond } from "../../lib/linalg/cond.ts";
import { fromHost } from "../../lib/linalg/host_matrix.ts";
import { Random } from "../../lib/tensor/random.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { assertRefused } from "./assert_refused.ts";
import { ofRank, withSpectrum } from "./random_matrices.ts";

await useBackend();
const random = new Random(2);

async function ofTensor(x: Matrix): Promise<number> {
  const tensor = fromHost(x);
  const value = await cond(tensor);
  tensor.dispose();
  return value;
}

Deno.test("cond is the ratio of the extreme singular values, of a tensor and of a host matrix", async () => {
  await assertNoLeak(async () => {
    const x = withSpectrum(7, 5, [8, 4, 2, 1, 0.5], random);
    assert.ok(Math.abs(cond(x) - 16) < 1e-9);
    assert.ok(Math.abs(await ofTensor(x) - 16) < 1e-3);
  });
});

Deno.test("cond of a singular matrix is large, and infinite for zero", async () => {
  await assertNoLeak(async () => {
    const x = ofRank(4, 4, 2, random);
    assert.ok(cond(x) > 1e12);
    assert.ok(await ofTensor(x) > 1e5);
    assert.equal(cond(Matrix.zeros(2, 2)), Infinity);
    assert.equal(await ofTensor(Matrix.zeros(2, 2)), Infinity);
  });
});

Deno.test("cond refuses what is not finite", async () => {
  await assertRefused([[NaN]], cond, /NaN stands at \[0, 0\]/);
});
