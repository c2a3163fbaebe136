import assert from "node:assert/strict";
import type * as tf from "@tensorflow/tfjs-core";
import { Matrix, SVD } from "ml-matrix";
import { cond } from "../../lib/linalg/cond.ts";
import { diagnoseNystrom } from "../../lib/linalg/diagnose_nystrom.ts";
import { fromHost, toHost } from "../../lib/linalg/host_matrix.ts";
import { nystrom } from "../../lib/linalg/nystrom.ts";
import { nystromCores } from "../../lib/linalg/nystrom_core.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { assertRefused } from "./assert_refused.ts";
import { frobenius, gaussian, product } from "./random_matrices.ts";

await useBackend();

const spectral = (x: Matrix) => new SVD(x).diagonal[0]!;

for (const core of nystromCores) {
  Deno.test(`diagnoseNystrom of core ${core} agrees with norms and cond taken on the host`, async () => {
    await assertNoLeak(async () => {
      const host = gaussian(14, 10, new Random(9));
      const w = fromHost(host);
      const approximation = await nystrom(w, { rank: 4, core, rows: "norm", columns: "uniform" });
      const { columns, rows, rowIndices, columnIndices, truncation, cost } = approximation;
      const rebuilt = product(columns, approximation.core, rows);
      const error = Matrix.sub(host, await toHost(rebuilt));
      const diagnosis = await diagnoseNystrom(w, approximation);
      const near = (actual: number, expected: number) =>
        assert.ok(Math.abs(actual / expected - 1) < 1e-3, `${actual}, ${expected}`);
      near(diagnosis.frobenius, frobenius(error) / frobenius(host));
      near(diagnosis.spectral, spectral(error) / spectral(host));
      near(diagnosis.cond, cond(host.subMatrixRow([...rowIndices]).subMatrixColumn([...columnIndices])));
      assert.deepEqual([diagnosis.truncation, diagnosis.cost], [truncation, cost]);
      dispose([w, columns, rows, approximation.core, rebuilt]);
    });
  });
}

Deno.test("diagnoseNystrom refuses another matrix, with both shapes, a zero one and what is not finite", async () => {
  const w = fromHost(gaussian(3, 4, new Random(1)));
  const approximation = await nystrom(w, { rank: 2 });
  const diagnose = (x: tf.Tensor2D) => diagnoseNystrom(x, approximation);
  await assertRefused([[1, 2]], diagnose, /the factors make a 3×4 matrix and W is 1×2/);
  await assertRefused([[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], diagnose, /W \(3×4\) is zero/);
  await assertRefused([[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, NaN]], diagnose, /NaN stands at \[2, 3\] of W/);
  dispose([w, approximation.columns, approximation.core, approximation.rows]);
});
