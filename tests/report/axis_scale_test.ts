import assert from "node:assert/strict";
import { axisScale } from "../../lib/report/axis_scale.ts";

Deno.test("only positive values that range widely ask for a logarithmic axis", () => {
  assert.equal(axisScale([1, 12]).type, "log");
  assert.equal(axisScale([1, 2, 3]).type, "linear");
  assert.equal(axisScale([0, 12]).type, "linear");
  assert.equal(axisScale([-1, 12]).type, "linear");
  assert.equal(axisScale([1, NaN, Infinity]).type, "linear");
  assert.equal(axisScale([]).type, "linear");
});
