import assert from "node:assert/strict";
import { metricText } from "../../lib/report/metric_text.ts";

Deno.test("metricText: shares in hundredths, correlations as they are", () => {
  assert.equal(metricText("accuracy", 0.8125), "81.3 %");
  assert.equal(metricText("pass@1", 0), "0.0 %");
  assert.equal(metricText("matthews", -0.05), "-0.050");
});
