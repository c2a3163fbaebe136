import assert from "node:assert/strict";
import { curves } from "../../lib/report/curves.ts";
import { methodStyle } from "../../lib/report/method_style.ts";

type Trace = { name: string; mode: string; x: number[]; y: number[]; line: { color: string; dash: string } };
const labels = { title: "W", x: "rank", y: "error" };
const traces = (data: unknown) => data as Trace[];

Deno.test("a line for each name, in colours of their own, on axes that fit the values", () => {
  const { data, layout } = curves({
    pinv: { x: [1, 16], y: [99, 0.5] },
    SVD: { x: [1, 16], y: [0.9, 0.3], dash: "dash" },
  }, labels);
  const [pinv, svd] = traces(data);
  assert.deepEqual([pinv!.name, pinv!.x, pinv!.y], ["pinv", [1, 16], [99, 0.5]]);
  assert.notEqual(pinv!.line.color, svd!.line.color);
  assert.deepEqual([pinv!.line.dash, svd!.line.dash], ["solid", "dash"]);
  assert.deepEqual([layout.xaxis?.type, layout.yaxis?.type], ["log", "log"]);
});

Deno.test("a line of a method has the method's colour, whatever its place", () => {
  const lines = { first: { y: [1, 2] }, second: { y: [2, 1], method: "inttune" } };
  assert.equal(traces(curves(lines, labels).data)[1]!.line.color, methodStyle("inttune").color);
});

Deno.test("without x the points are counted from 1; many points have no marks", () => {
  const [few, many] = traces(curves({ few: { y: [5, 6, 7] }, many: { y: Array(31).fill(1) } }, labels).data);
  assert.deepEqual(few!.x, [1, 2, 3]);
  assert.deepEqual([few!.mode, many!.mode], ["lines+markers", "lines"]);
});

Deno.test("a line with lows and highs has a bar at each point, told in words; they count for the axis", () => {
  const line = { x: [1, 2], y: [10, 20], low: [9, 20], high: [90, 20] };
  const { data, layout, alternative } = curves({ SVD: line }, labels);
  const [{ error_y }] = data as [{ error_y: { array: number[]; arrayminus: number[] } }];
  assert.deepEqual([error_y.arrayminus, error_y.array], [[1, 0], [80, 0]]);
  assert.equal(layout.yaxis?.type, "log");
  assert.equal(alternative, "W: error by rank. SVD from 10 (9 to 90) at 1 to 20 at 2.");
});

Deno.test("the words give both ends of each line; an empty line has none", () => {
  const { alternative } = curves({ SVD: { x: [1, 16], y: [0.91234, 0.3] }, none: { y: [] } }, labels);
  assert.equal(alternative, "W: error by rank. SVD from 0.912 at 1 to 0.3 at 16.");
});
