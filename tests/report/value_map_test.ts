import assert from "node:assert/strict";
import { valueMap } from "../../lib/report/value_map.ts";

type Heatmap = { x: string[]; y: string[]; z: (number | null)[][]; zmin: number; zmax: number };

Deno.test("a value map: a cell for each value, written in it; a missing one is empty", () => {
  const labels = { title: "Overlap", scale: "φ", range: [0, 1] } as const;
  const { data, layout, alternative } = valueMap({ a: { a: 1, b: 0.25 }, b: { a: 0.25 } }, labels);
  const [{ x, y, z, zmin, zmax }] = data as unknown as [Heatmap];
  assert.deepEqual([x, y, z], [["a", "b"], ["a", "b"], [[1, 0.25], [0.25, null]]]);
  assert.deepEqual([zmin, zmax], [0, 1]);
  assert.deepEqual(layout.annotations!.map(({ x, y, text }) => [x, y, text]), [
    ["a", "a", "1"],
    ["b", "a", "0.25"],
    ["a", "b", "0.25"],
  ]);
  const [full, pale] = layout.annotations!.map(({ font }) => font!.color);
  assert.notEqual(full, pale);
  assert.equal(layout.yaxis?.autorange, "reversed");
  assert.equal(alternative, "Overlap, φ: a with a 1, b 0.25; b with a 0.25.");
});
