import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { Matrix, SVD } from "ml-matrix";
import { fromHost, toHost } from "../../lib/linalg/host_matrix.ts";
import { nystrom, type NystromOptions } from "../../lib/linalg/nystrom.ts";
import { nystromCores } from "../../lib/linalg/nystrom_core.ts";
import { samplings } from "../../lib/linalg/sampling.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";
import { frobenius, gaussian, ofRank, product, withSpectrum } from "./random_matrices.ts";

await useBackend();
const random = new Random(21);

/** ‖W − C·N·R‖ in the Frobenius norm. */
async function errorOf(host: Matrix, options: NystromOptions): Promise<number> {
  const w = fromHost(host);
  const { columns, core, rows } = await nystrom(w, options);
  const rebuilt = product(columns, core, rows);
  const error = frobenius(Matrix.sub(await toHost(rebuilt), host));
  dispose([w, columns, core, rows, rebuilt]);
  return error;
}

for (const sampling of samplings) {
  Deno.test(`nystrom, ${sampling}: a matrix whose rank is the approximation's is rebuilt by pinv and cur`, async () => {
    await assertNoLeak(async () => {
      const host = ofRank(12, 9, 3, random);
      for (const core of ["pinv", "cur"] as const) {
        const options = { rank: 3, core, rows: sampling, columns: sampling, random: new Random(3) };
        assert.ok(await errorOf(host, options) < 2e-3 * frobenius(host));
      }
    });
  });

  Deno.test(`nystrom, ${sampling}: the factors are the rows, the columns and the block that the indices name`, async () => {
    await assertNoLeak(async () => {
      const host = gaussian(7, 10, random);
      const w = fromHost(host);
      const options = {
        rank: 4,
        core: "copy",
        rows: sampling,
        columns: sampling,
        random: new Random(5),
      } as const;
      const { columns, core, rows, rowIndices, columnIndices } = await nystrom(w, options);
      const all = (size: number) => Array.from({ length: size }, (_, i) => i);
      const part = (i: readonly number[], j: readonly number[]) =>
        host.subMatrixRow([...i]).subMatrixColumn([...j]);
      await assertAllClose(columns, part(all(7), columnIndices).to1DArray());
      await assertAllClose(rows, part(rowIndices, all(10)).to1DArray());
      await assertAllClose(core, part(rowIndices, columnIndices).to1DArray());
      for (const indices of [rowIndices, columnIndices]) {
        assert.deepEqual([...new Set(indices)].sort((a, b) => a - b), indices, "distinct and ascending");
      }
      dispose([w, columns, core, rows]);
    });
  });
}

Deno.test("nystrom takes given indices in the order given, and other kinds on either side", async () => {
  await assertNoLeak(async () => {
    const host = ofRank(6, 8, 2, random);
    const w = fromHost(host);
    const approximation = await nystrom(w, { rank: 2, rows: [4, 1], columns: "norm" });
    assert.deepEqual(approximation.rowIndices, [4, 1]);
    await assertAllClose(approximation.rows, host.subMatrixRow([4, 1]).to1DArray());
    const { columns, core, rows } = approximation;
    const rebuilt = product(columns, core, rows);
    await assertAllClose(rebuilt, w, { rtol: 1e-3, atol: 1e-3 });
    dispose([w, columns, core, rows, rebuilt]);
  });
});

Deno.test("nystrom: pinv reproduces the chosen rows and columns themselves", async () => {
  await assertNoLeak(async () => {
    const w = fromHost(gaussian(7, 6, random));
    const { columns, core, rows } = await nystrom(w, { rank: 3, rows: [0, 2, 5], columns: [1, 3, 4] });
    const rebuilt = product(columns, core, rows);
    const [rowsAgain, columnsAgain] = [tf.gather(rebuilt, [0, 2, 5]), tf.gather(rebuilt, [1, 3, 4], 1)];
    await assertAllClose(rowsAgain, rows, { rtol: 1e-3, atol: 1e-3 });
    await assertAllClose(columnsAgain, columns, { rtol: 1e-3, atol: 1e-3 });
    dispose([w, columns, core, rows, rebuilt, rowsAgain, columnsAgain]);
  });
});

Deno.test("nystrom: best rank r ≤ cur ≤ every other core in the Frobenius norm", async () => {
  await assertNoLeak(async () => {
    const host = withSpectrum(12, 9, Array.from({ length: 9 }, (_, i) => 1 / (i + 1)), random);
    const best = Math.hypot(...new SVD(host).diagonal.slice(4));
    const errors: Record<string, number> = {};
    for (const core of nystromCores) errors[core] = await errorOf(host, { rank: 4, core });
    assert.ok(best <= errors.cur! * (1 + 1e-5), `best ${best}, ${JSON.stringify(errors)}`);
    assert.ok(errors.cur! <= errors.pinv! && errors.cur! <= errors.copy!, JSON.stringify(errors));
  });
});

Deno.test("nystrom: at the block of largest volume no entry is off by more than (r + 1)·σ_{r+1}", async () => {
  // Goreinov & Tyrtyshnikov 2001, theorem 2.1
  await assertNoLeak(async () => {
    const host = gaussian(5, 6, random);
    const [rank, w] = [2, fromHost(host)];
    const choices = (n: number) =>
      Array.from({ length: n }, (_, i) => i).flatMap((i) =>
        Array.from({ length: n - i - 1 }, (_, k) => [i, i + k + 1])
      );
    const pairs = choices(5).flatMap((rows) => choices(6).map((columns) => ({ rows, columns })));
    const volume = ({ rows: [i, j], columns: [k, l] }: { rows: number[]; columns: number[] }) =>
      Math.abs(host.get(i!, k!) * host.get(j!, l!) - host.get(i!, l!) * host.get(j!, k!));
    const largest = pairs.reduce((a, b) => volume(b) > volume(a) ? b : a);
    const { columns, core, rows } = await nystrom(w, { rank, ...largest });
    const rebuilt = product(columns, core, rows);
    const off = Math.max(...Matrix.sub(await toHost(rebuilt), host).abs().to1DArray());
    assert.ok(off <= (rank + 1) * new SVD(host, { autoTranspose: true }).diagonal[rank]! + 1e-4);
    dispose([w, columns, core, rows, rebuilt]);
  });
});

Deno.test("nystrom: a singular block is truncated, and says how far", async () => {
  await assertNoLeak(async () => {
    const host = ofRank(10, 8, 2, random);
    const w = fromHost(host);
    for (const core of ["pinv", "cur"] as const) {
      const { truncation, ...approximation } = await nystrom(w, { rank: 5, core, rtol: 1e-4 });
      assert.deepEqual([truncation?.kept, truncation?.of], [2, 5]);
      assert.ok(truncation!.cond > 1e5);
      const rebuilt = product(approximation.columns, approximation.core, approximation.rows);
      assert.ok(frobenius(Matrix.sub(await toHost(rebuilt), host)) < 1e-3 * frobenius(host));
      dispose([approximation, rebuilt]);
    }
    const { truncation, ...copy } = await nystrom(w, { rank: 5, core: "copy" });
    assert.equal(truncation, null);
    dispose([w, copy]);
  });
});

Deno.test("nystrom draws the same for the same seed, and otherwise for another", async () => {
  await assertNoLeak(async () => {
    const w = fromHost(gaussian(40, 40, random));
    const draw = async (seed: number) => {
      const start = await nystrom(w, { rank: 8, rows: "uniform", columns: "norm", random: new Random(seed) });
      dispose([start.columns, start.core, start.rows]);
      return [start.rowIndices, start.columnIndices];
    };
    assert.deepEqual(await draw(1), await draw(1));
    assert.notDeepEqual(await draw(1), await draw(2));
    w.dispose();
  });
});

for (
  const [what, options, message] of [
    ["a rank of 0", { rank: 0 }, /rank 0 is not from 1 to min\(m, n\) = 4 of a 4×6 matrix/],
    ["a rank above min(m, n)", { rank: 5 }, /rank 5 is not from 1 to min\(m, n\) = 4 of a 4×6 matrix/],
    ["a broken rank", { rank: 2.5 }, /rank 2.5 is not/],
    ["a rank that is no number", { rank: NaN }, /rank NaN is not/],
    ["an index out of range", { rank: 2, rows: [0, 4] }, /rows\[1\] = 4 is not from 0 to 3 of a 4×6 matrix/],
    ["a negative index", { rank: 2, columns: [-1, 4] }, /columns\[0\] = -1 is not from 0 to 5/],
    ["an index given twice", { rank: 2, columns: [3, 3] }, /columns\[1\] = 3 is given twice/],
    ["too few indices", { rank: 2, rows: [1] }, /1 rows are given for rank 2 of a 4×6 matrix; give 2/],
    [
      "an unknown sampling",
      { rank: 2, rows: "best" as "first" },
      /unknown sampling "best" of rows; choose one of first/,
    ],
    [
      "an unknown core",
      { rank: 2, core: "block" as "copy" },
      /unknown core "block"; choose one of copy, pinv, cur/,
    ],
  ] as const
) {
  Deno.test(`nystrom refuses ${what}`, async () => {
    await assertNoLeak(async () => {
      const w = tf.ones([4, 6]) as tf.Tensor2D;
      await assert.rejects(nystrom(w, options), (e) => e instanceof UsageError && message.test(e.message));
      w.dispose();
    });
  });
}

Deno.test("nystrom refuses what is not finite, with its place, in what it reads", async () => {
  await assertNoLeak(async () => {
    const refused = async (
      row: number,
      column: number,
      value: number,
      options: NystromOptions,
      message: RegExp,
    ) => {
      const host = gaussian(5, 6, random).set(row, column, value);
      const w = fromHost(host);
      await assert.rejects(nystrom(w, options), (e) => e instanceof UsageError && message.test(e.message));
      w.dispose();
    };
    await refused(4, 1, NaN, { rank: 2 }, /NaN stands at \[4, 1\] of the columns of W \(5×2\)/);
    await refused(
      0,
      5,
      Infinity,
      { rank: 2, core: "copy" },
      /Infinity stands at \[0, 5\] of the rows of W \(2×6\)/,
    );
    for (
      const options of [{ rank: 2, core: "cur" }, { rank: 2, rows: "norm" }, {
        rank: 2,
        columns: "leverage",
      }] as const
    ) {
      await refused(4, 5, NaN, options, /NaN stands at \[4, 5\] of [Wwx] \(5×6\)/);
    }
  });
});
