import assert from "node:assert/strict";
import { axisType } from "../../lib/report/axis_type.ts";

Deno.test("only positive values that range widely ask for a logarithmic axis", () => {
  assert.equal(axisType([1, 12]), "log");
  assert.equal(axisType([1, 2, 3]), "linear");
  assert.equal(axisType([0, 12]), "linear");
  assert.equal(axisType([-1, 12]), "linear");
  assert.equal(axisType([1, NaN, Infinity]), "linear");
  assert.equal(axisType([]), "linear");
});
