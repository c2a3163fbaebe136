import assert from "node:assert/strict";
import { adapt } from "../../lib/adapters/adapt.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { type TrainOptions, trainSettings } from "../../lib/training/train_options.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { tinyLlama } from "../models/tiny_llama.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();
const options: TrainOptions = { steps: 6, learningRate: 0.02 };

Deno.test("what is not asked for has its default, and numbers out of range are refused with the mend", () =>
  assertNoLeak(async () => {
    const model = tinyLlama(2);
    const adapter = await adapt(model, { method: "lora", rank: 2 });
    const { batch, length, schedule, steps } = trainSettings({ ...options, length: 16 }, adapter, 4);
    assert.deepEqual([batch, length, schedule, steps], [4, 16, "cosine", 6]);
    const refused = (changes: Partial<TrainOptions>, words: RegExp, examples = 4) =>
      assert.throws(
        () => trainSettings({ ...options, ...changes }, adapter, examples),
        (error) => error instanceof UsageError && words.test(error.message),
      );
    refused({ steps: 0 }, /steps 0 is not a whole number from 1/);
    refused({ batch: 1.5 }, /batch 1.5/);
    refused({}, /examples 0 is not/, 0);
    refused({ learningRate: 0 }, /learning rate 0/);
    refused({ maxGradNorm: -1 }, /maxGradNorm -1 is not a number from 0; 0 turns it off/);
    adapter.merge();
    refused({}, /merged into the weights; call unmerge\(\)/);
    adapter.remove();
    model.dispose();
  }));
