import assert from "node:assert/strict";
import { radarChart } from "../../lib/report/radar_chart.ts";

type Trace = { name: string; theta: string[]; r: (number | null)[]; line: { dash: string; color: string } };
const labels = { title: "MT-Bench", axis: "rating", range: [0, 10] } as const;

Deno.test("a closed polygon for each series, told apart by colour and dashes", () => {
  const { data, layout, alternative } = radarChart(
    { a: { x: 1, y: 2, z: 3 }, b: { x: 4, y: 5, z: 6 } },
    labels,
  );
  const [a, b] = data as unknown as [Trace, Trace];
  assert.deepEqual([a.name, a.theta, a.r], ["a", ["x", "y", "z", "x"], [1, 2, 3, 1]]);
  assert.ok(a.line.color !== b.line.color && a.line.dash !== b.line.dash);
  assert.deepEqual(layout.polar?.radialaxis?.range, [0, 10]);
  assert.equal(alternative, "MT-Bench, rating from 0 to 10: a: x 1, y 2, z 3; b: x 4, y 5, z 6.");
});

Deno.test("a series without a category has a gap there, in the order of the categories", () => {
  const [a, b] = radarChart({ a: { x: 1, y: 2 }, b: { z: 6, x: 4 } }, labels).data as unknown as [
    Trace,
    Trace,
  ];
  assert.deepEqual(a.theta, ["x", "y", "z", "x"]);
  assert.deepEqual([a.r, b.r], [[1, 2, null, 1], [4, null, 6, 4]]);
});
