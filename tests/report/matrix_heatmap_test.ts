import assert from "node:assert/strict";
import { matrixHeatmap } from "../../lib/report/matrix_heatmap.ts";

type Heatmap = { z: number[][]; zmin: number; zmax: number; dx: number; dy: number };
const heatmap = (data: unknown) => (data as Heatmap[])[0]!;

Deno.test("a small matrix is shown entry by entry, zero in the middle of the colours", () => {
  const { data, layout, alternative } = matrixHeatmap(Float32Array.of(1, -2, 0, 0.5, 3, -4), {
    rows: 2,
    columns: 3,
    title: "W",
  });
  const { z, zmin, zmax } = heatmap(data);
  assert.deepEqual(z, [[1, -2, 0], [0.5, 3, -4]]);
  assert.deepEqual([zmin, zmax], [-4, 4]);
  assert.equal(layout.yaxis?.autorange, "reversed");
  assert.equal(alternative, "W: a 2 × 3 matrix, entries from -4 to 3.");
});

Deno.test("a large matrix keeps the largest entry of each block, and says so", () => {
  const rows = 200;
  const columns = 100;
  const values = new Float32Array(rows * columns);
  values[199 * columns + 99] = -7;
  values[3 * columns + 2] = 5;
  values[4 * columns + 2] = -1;
  const { data, alternative } = matrixHeatmap(values, { rows, columns, title: "W" });
  const { z, dx, dy } = heatmap(data);
  assert.deepEqual([z.length, z[0]!.length, dy, dx], [67, 50, 3, 2]);
  assert.equal(z[66]![49], -7);
  assert.equal(z[1]![1], 5);
  assert.equal(z.flat().filter((entry) => entry !== 0).length, 2);
  assert.match(alternative, /largest entry of 3 × 2/);
});

Deno.test("a figure of a layer of a real model stays small", () => {
  const values = Float32Array.from({ length: 576 * 1536 }, (_, i) => Math.sin(i));
  const { data } = matrixHeatmap(values, { rows: 1536, columns: 576, title: "W" });
  assert.ok(JSON.stringify(data).length < 100_000);
});

Deno.test("entries that do not make up the matrix are refused", () => {
  assert.throws(() => matrixHeatmap([1, 2, 3], { rows: 2, columns: 2, title: "W" }), RangeError);
});
