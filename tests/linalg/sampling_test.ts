import assert from "node:assert/strict";
import { Matrix } from "ml-matrix";
import { fromHost } from "../../lib/linalg/host_matrix.ts";
import { chooseRowsAndColumns, samplings, type Selection } from "../../lib/linalg/sampling.ts";
import { Random } from "../../lib/tensor/random.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { assertRefused } from "./assert_refused.ts";
import { gaussian } from "./random_matrices.ts";

await useBackend();

async function choose(host: Matrix, count: number, rows: Selection, columns: Selection, seed = 0) {
  const w = fromHost(host);
  const { rowIndices, columnIndices } = await chooseRowsAndColumns(
    w,
    count,
    { rows, columns },
    new Random(seed),
  );
  w.dispose();
  return [rowIndices, columnIndices] as const;
}

for (const sampling of samplings) {
  Deno.test(`${sampling}: as many distinct rows and columns as asked for, up to all of them`, async () => {
    await assertNoLeak(async () => {
      const host = gaussian(5, 7, new Random(2));
      for (const count of [1, 3, 5]) {
        for (const indices of await choose(host, count, sampling, sampling)) {
          assert.equal(new Set(indices).size, count);
          assert.deepEqual([...indices].sort((a, b) => a - b), indices);
        }
      }
    });
  });
}

Deno.test("first takes the first; norm and the leverage scores pass over rows and columns of zeros", async () => {
  await assertNoLeak(async () => {
    const block = gaussian(3, 2, new Random(3));
    const host = Matrix.zeros(6, 5);
    [1, 3, 5].forEach((i, a) => [0, 4].forEach((j, b) => host.set(i, j, block.get(a, b))));
    assert.deepEqual(await choose(host, 2, "first", "first"), [[0, 1], [0, 1]]);
    for (const sampling of ["norm", "leverage", "approximate-leverage"] as const) {
      for (let seed = 0; seed < 4; seed++) {
        const [rows, columns] = await choose(host, 2, sampling, sampling, seed);
        assert.deepEqual(columns, [0, 4]);
        assert.ok(rows.every((row) => [1, 3, 5].includes(row)), `${rows}`);
      }
    }
  });
});

Deno.test("a row far larger than the others is always drawn by norm and by leverage", async () => {
  await assertNoLeak(async () => {
    const host = gaussian(20, 6, new Random(4));
    host.mulRow(13, 1e4);
    for (const sampling of ["norm", "leverage", "approximate-leverage"] as const) {
      for (let seed = 0; seed < 4; seed++) {
        assert.ok((await choose(host, 2, sampling, "first", seed))[0].includes(13), sampling);
      }
    }
  });
});

Deno.test("the samplings that read W refuse what is not finite", async () => {
  for (const sampling of ["norm", "leverage", "approximate-leverage"] as const) {
    const call = { rows: "first", columns: sampling } as const;
    await assertRefused(
      [[1, 2], [3, NaN]],
      (w) => chooseRowsAndColumns(w, 1, call, new Random(0)),
      /NaN stands at \[1, 1\]/,
    );
  }
});
