import assert from "node:assert/strict";
import { dotPlot } from "../../lib/report/dot_plot.ts";

type Trace = {
  name: string;
  mode: string;
  x: number[];
  y: string[];
  text: string[];
  marker: { symbol: string[] };
};
const traces = (data: unknown) => data as Trace[];
const labels = { title: "Rank 16", axis: "error" };

Deno.test("a trace for each series, with the rows that have it", () => {
  const { data, layout } = dotPlot({ first: { pinv: 99, cur: 0.7 }, uniform: { cur: 0.8 } }, labels);
  const [pinv, cur] = traces(data);
  assert.deepEqual([pinv!.name, pinv!.y, pinv!.x], ["pinv", ["first"], [99]]);
  assert.deepEqual([cur!.y, cur!.x], [["first", "uniform"], [0.7, 0.8]]);
  assert.deepEqual(layout.yaxis?.categoryarray, ["first", "uniform"]);
  assert.equal(layout.xaxis?.type, "log");
});

Deno.test("a zero among values that range widely stands hollow left of all others, and is written", () => {
  const { data, alternative } = dotPlot({ a: { start: 0 }, b: { start: 1e-8 }, c: { start: 1e-3 } }, labels);
  const [start] = traces(data);
  assert.ok(start!.x[0]! > 0 && start!.x[0]! < 1e-8);
  assert.deepEqual(start!.marker.symbol, ["circle-open", "circle", "circle"]);
  assert.equal(start!.text[0], " 0");
  assert.match(alternative, /a: start 0;/);
});

Deno.test("a zero among values of one size stays where it is", () => {
  const { data, layout } = dotPlot({ a: { x: 0 }, b: { x: 1 }, c: { x: 2 } }, labels);
  assert.equal(layout.xaxis?.type, "linear");
  assert.deepEqual(traces(data)[0]!.x, [0, 1, 2]);
});

Deno.test("the values of a single series are written beside the marks, and it needs no legend", () => {
  const { data, layout } = dotPlot({ LoRA: { numbers: 73_728 }, IntTune: { numbers: 4096 } }, labels);
  assert.deepEqual(traces(data)[0]!.text, [" 73,728", " 4,096"]);
  assert.equal(layout.showlegend, false);
});

Deno.test("a value that sums up several has a bar from the lowest to the highest, and is told with both", () => {
  const { data, alternative } = dotPlot({ first: { pinv: { value: 8, low: 5, high: 9 }, cur: 0.7 } }, labels);
  const [pinv, cur] = data as unknown as { error_x?: { array: number[]; arrayminus: number[] } }[];
  assert.deepEqual([pinv!.error_x?.arrayminus, pinv!.error_x?.array], [[3], [1]]);
  assert.equal(cur!.error_x, undefined);
  assert.equal(alternative, "Rank 16, error: first: pinv 8 (5 to 9), cur 0.7.");
});
