import assert from "node:assert/strict";
import { scalingCurves } from "../../lib/report/scaling_curves.ts";

Deno.test("each cost is a line over the sizes, named with its exponent", () => {
  const sizes = [100, 200, 400];
  const costs = { SVD: [1, 8, 64], factors: [1, 2, 4] };
  const { data } = scalingCurves(sizes, costs, { title: "Time", x: "n", y: "ms" });
  const traces = data as unknown as { name: string; x: number[]; y: number[] }[];
  assert.deepEqual(traces.map(({ name }) => name), ["SVD: n^3.0", "factors: n^1.0"]);
  assert.deepEqual([traces[0]!.x, traces[0]!.y], [sizes, costs.SVD]);
});
