import assert from "node:assert/strict";
import { intervalPlot } from "../../lib/report/interval_plot.ts";
import { methodStyle } from "../../lib/report/method_style.ts";

interface Trace {
  readonly name: string;
  readonly x: number[];
  readonly y: string[];
  readonly marker: { readonly color: string };
  readonly error_x: { readonly array: number[]; readonly arrayminus: number[] };
}
const labels = { title: "Task", axis: "score" };

Deno.test("a row has its value, the distances to the ends of its interval, and its method's look", () => {
  const { data } = intervalPlot({ NLoRA: { value: 2, low: -1, high: 3, method: "nlora" } }, labels);
  const [, row] = data as unknown as Trace[];
  assert.deepEqual([row!.x, row!.y, row!.marker.color], [[2], ["NLoRA"], methodStyle("nlora").color]);
  assert.deepEqual([row!.error_x.array, row!.error_x.arrayminus], [[1], [3]]);
});

Deno.test("a value without an interval has none, in the picture and in words", () => {
  const { data, alternative } = intervalPlot({ a: { value: 0.5 } }, labels);
  assert.deepEqual((data as unknown as Trace[])[1]!.error_x.array, [0]);
  assert.equal(alternative, "Task, score: a 0.5.");
});

Deno.test("what a value sums up lies behind it, in its row", () => {
  const { data } = intervalPlot({ a: { value: 2, points: [1, 3] }, b: { value: 5 } }, labels);
  const [seeds] = data as unknown as Trace[];
  assert.deepEqual([seeds!.x, seeds!.y], [[1, 3], ["a", "a"]]);
});

Deno.test("rows stand in their order from the top; lines are drawn and named", () => {
  const { layout, alternative } = intervalPlot({ a: { value: 1 }, b: { value: 2 } }, {
    ...labels,
    lines: { chance: 0.5 },
  });
  assert.deepEqual(layout.yaxis?.categoryarray, ["a", "b"]);
  const [bottom, top] = layout.yaxis!.range as [number, number];
  assert.ok(top < 0 && bottom > 1); // the rows are at 0 and 1
  assert.deepEqual(layout.shapes?.map(({ x0, x1 }) => [x0, x1]), [[0.5, 0.5]]);
  assert.equal(layout.annotations?.[0]?.text, "chance");
  assert.match(alternative, /Lines: chance 0\.5\.$/);
});
