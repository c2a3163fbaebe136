import assert from "node:assert/strict";
import { valueAxis } from "../../lib/report/value_axis.ts";

const title = (axis: { title?: unknown }) => (axis.title as { text: string }).text;

Deno.test("values of one size stand on a linear axis, named as given", () => {
  const axis = valueAxis("error", [1, 2, 3]);
  assert.equal(axis.type, "linear");
  assert.equal(title(axis), "error");
});

Deno.test("values that range widely stand on a logarithmic axis that says so, with ticks between the decades", () => {
  const axis = valueAxis("error", [1, 20, NaN]);
  assert.equal(axis.type, "log");
  assert.equal(title(axis), "error (logarithmic)");
  assert.ok((axis.tickvals as number[]).includes(5));
});

Deno.test("over many decades only the powers of ten are written, however small the values", () => {
  const axis = valueAxis("error", [1e-9, 1]);
  assert.deepEqual([axis.type, axis.dtick, axis.tickvals], ["log", 1, undefined]);
});

Deno.test("a value that has no logarithm makes the axis linear", () => {
  assert.equal(valueAxis("error", [0, 1e-9, 1]).type, "linear");
});
