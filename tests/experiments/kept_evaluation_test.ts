import assert from "node:assert/strict";
import { scorePredictions } from "../../lib/evaluation/score_predictions.ts";
import { findTask } from "../../lib/evaluation/tasks.ts";
import { keptEvaluation } from "../../lib/experiments/kept_evaluation.ts";
import { UsageError } from "../../lib/usage_error.ts";

Deno.test("keptEvaluation: the scores of the kept evaluations come out of their examples again", async () => {
  for (const task of ["gsm8k", "math"]) {
    for (const when of ["before", "after"]) {
      const { record, examplesFile } = keptEvaluation(`smollm2-135m-instruct/${task}/${when}`);
      const { n, value } = await scorePredictions(findTask(task), examplesFile);
      assert.deepEqual([n, value], [record.eval!.n, record.eval!.value]);
    }
  }
});

Deno.test("keptEvaluation refuses what is not kept", () => {
  assert.throws(() => keptEvaluation("smollm2-135m-instruct/gsm8k/never"), UsageError);
});
