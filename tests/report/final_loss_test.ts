import assert from "node:assert/strict";
import { finalLoss } from "../../lib/report/final_loss.ts";
import { failedRecord, sampleRecord } from "./sample_record.ts";

Deno.test("the final loss is the mean of the last five steps, or of as many as there are", () => {
  assert.equal(finalLoss(sampleRecord({ method: "lora" }, [9, 1, 2, 3, 4, 5])), 3);
  assert.equal(finalLoss(sampleRecord({ method: "lora" }, [1, 2])), 1.5);
});

Deno.test("a run without steps has none", () => {
  assert.equal(finalLoss(sampleRecord({ method: "lora" }, [])), null);
  assert.equal(finalLoss(failedRecord("lora")), null);
});
