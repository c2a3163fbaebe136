import assert from "node:assert/strict";
import { bars } from "../../lib/report/bars.ts";

Deno.test("a bar for each value, named, with the value on it", () => {
  const { data, layout } = bars({ SVD: 0.33333, CUR: 0.69 }, { title: "t", axis: "relative error" });
  const [trace] = data as unknown as { x: string[]; y: number[]; text: string[] }[];
  assert.deepEqual(trace!.x, ["SVD", "CUR"]);
  assert.deepEqual(trace!.y, [0.33333, 0.69]);
  assert.deepEqual(trace!.text, ["0.333", "0.69"]);
  assert.deepEqual(layout.yaxis?.title, { text: "relative error" });
});

Deno.test("values that range widely stand on a logarithmic axis that says so; values with a zero do not", () => {
  const labels = { title: "t", axis: "error" };
  assert.equal(bars({ a: 0.3, b: 99 }, labels).layout.yaxis?.type, "log");
  assert.deepEqual(bars({ a: 0.3, b: 99 }, labels).layout.yaxis?.title, { text: "error (logarithmic)" });
  assert.equal(bars({ a: 0, b: 99 }, labels).layout.yaxis?.type, "linear");
  assert.equal(bars({}, labels).layout.yaxis?.type, "linear");
});
