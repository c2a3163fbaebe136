import assert from "node:assert/strict";
import type { Matrix } from "ml-matrix";
import { fromHost } from "../../lib/linalg/host_matrix.ts";
import { approximateLeverageScores, leverageScores } from "../../lib/linalg/leverage_scores.ts";
import { pinv } from "../../lib/linalg/pinv.ts";
import { Random } from "../../lib/tensor/random.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { assertRefused } from "./assert_refused.ts";
import { gaussian, ofRank, withSpectrum } from "./random_matrices.ts";

await useBackend();
const random = new Random(8);

async function scoresOf(host: Matrix, rank: number, exact: boolean) {
  const w = fromHost(host);
  const scores = await (exact ? leverageScores(w, rank) : approximateLeverageScores(w, rank, new Random(1)));
  w.dispose();
  return scores;
}

const assertNear = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) =>
  Array.from(expected).forEach((value, i) =>
    assert.ok(Math.abs(actual[i]! - value) < tolerance, `${i}: ${actual[i]}, ${value}`)
  );

for (const [name, exact] of [["exact", true], ["approximate", false]] as const) {
  Deno.test(`${name} leverage scores lie in [0, 1] and sum to the rank along either side`, async () => {
    await assertNoLeak(async () => {
      const { rows, columns } = await scoresOf(gaussian(9, 14, random), 4, exact);
      assert.deepEqual([rows.length, columns.length], [9, 14]);
      for (const scores of [rows, columns]) {
        assert.ok(scores.every((score) => score >= 0 && score <= 1 + 1e-5));
        assert.ok(Math.abs(scores.reduce((sum, score) => sum + score) - 4) < 1e-4);
      }
    });
  });

  Deno.test(`${name} leverage scores at the rank of W are the diagonals of W·W⁺ and W⁺·W`, async () => {
    await assertNoLeak(async () => {
      const host = ofRank(12, 8, 3, random);
      const { rows, columns } = await scoresOf(host, 3, exact);
      assertNear(rows, host.mmul(pinv(host)).diagonal(), 1e-4);
      assertNear(columns, pinv(host).mmul(host).diagonal(), 1e-4);
    });
  });
}

Deno.test("approximate leverage scores are the exact ones where the spectrum falls sharply after the rank", async () => {
  await assertNoLeak(async () => {
    const host = withSpectrum(20, 16, [5, 4, 3, ...Array(13).fill(0.01)], random);
    const [exact, sketched] = [await scoresOf(host, 3, true), await scoresOf(host, 3, false)];
    assertNear(sketched.rows, exact.rows, 1e-3);
    assertNear(sketched.columns, exact.columns, 1e-3);
  });
});

Deno.test("leverage scores refuse a rank out of range and what is not finite", async () => {
  await assertRefused(
    [[1, 2]],
    (w) => leverageScores(w, 2),
    /rank 2 is not from 1 to min\(m, n\) = 1 of a 1×2/,
  );
  await assertRefused([[1, 2]], (w) => approximateLeverageScores(w, 0, new Random(0)), /rank 0 is not/);
  await assertRefused([[NaN, 2]], (w) => leverageScores(w, 1), /NaN stands at \[0, 0\]/);
});
