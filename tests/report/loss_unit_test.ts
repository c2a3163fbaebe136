import assert from "node:assert/strict";
import { lossUnit } from "../../lib/report/loss_unit.ts";

Deno.test("lossUnit: by the token for generation, by the example for classes, a square for a regression, none of a mixture", () => {
  assert.equal(lossUnit(["arithmetic", "gsm8k"]), "nats per response token");
  assert.equal(lossUnit(["glue/sst2", "pictures/outlines"]), "nats per example");
  assert.equal(lossUnit(["glue/stsb"]), "squared error per example");
  assert.equal(lossUnit(["glue/stsb", "glue/sst2"]), null);
  assert.equal(lossUnit([]), null);
});
