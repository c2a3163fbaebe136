import assert from "node:assert/strict";
import { diagnoseNystrom } from "../../lib/linalg/diagnose_nystrom.ts";
import { fromHost } from "../../lib/linalg/host_matrix.ts";
import { nystrom } from "../../lib/linalg/nystrom.ts";
import { nystromCores } from "../../lib/linalg/nystrom_core.ts";
import { nystromError } from "../../lib/linalg/nystrom_error.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { assertRefused } from "./assert_refused.ts";
import { gaussian, ofRank } from "./random_matrices.ts";

await useBackend();
const random = new Random(5);

Deno.test("nystromError is the error that diagnoseNystrom finds, for every core", async () => {
  await assertNoLeak(async () => {
    const w = fromHost(gaussian(9, 7, random));
    for (const core of nystromCores) {
      const approximation = await nystrom(w, { rank: 3, core });
      const { frobenius } = await diagnoseNystrom(w, approximation);
      const error = await nystromError(w, { rank: 3, core });
      assert.ok(Math.abs(error - frobenius) < 1e-4 * frobenius, `${core}: ${error}, ${frobenius}`);
      dispose(approximation);
    }
    w.dispose();
  });
});

Deno.test("nystromError is zero at the rank of the matrix", async () => {
  const w = fromHost(ofRank(9, 7, 3, random));
  assert.ok(await nystromError(w, { rank: 3, rows: [1, 4, 7], columns: [0, 2, 5] }) < 1e-3);
});

Deno.test("nystromError refuses what nystrom refuses, and leaves no tensor behind", async () => {
  await assertRefused([[1, 2], [3, 4]], (w) => nystromError(w, { rank: 4 }), /rank 4 is not from 1 to/);
});
