import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { hasRawOps } from "../../lib/tensor/raw_op.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { isOutOfMemory, memoryAdvice } from "../../lib/training/out_of_memory.ts";

await useBackend();

Deno.test({
  name: "isOutOfMemory: knows what TensorFlow throws for a product of 400 TB (elsewhere skipped)",
  ignore: !hasRawOps(),
  fn() {
    const column = tf.ones<tf.Rank.R2>([1e7, 1]);
    assert.throws(() => tf.matMul(column, column, false, true), isOutOfMemory);
    column.dispose();
  },
});

Deno.test("isOutOfMemory: knows the words of the systems, and takes no other error for it", () => {
  const messages = [
    "OOM when allocating tensor with shape[4,9,512,512] and type float on /job:localhost/device:GPU:0",
    "RESOURCE_EXHAUSTED: Out of memory while trying to allocate 2147483648 bytes.",
    "std::bad_alloc",
    "CUDA_ERROR_OUT_OF_MEMORY: out of memory",
    "Array buffer allocation failed",
    "Aborted(Cannot enlarge memory arrays)",
    "Aborted(). Build with -sASSERTIONS for more info.",
  ];
  for (const message of messages) assert.ok(isOutOfMemory(new Error(message)), message);
  assert.ok(isOutOfMemory(new RangeError("Array buffer allocation failed")));
  for (const message of ["the machine gave up", "no room left", "shapes [2] and [3] differ"]) {
    assert.ok(!isOutOfMemory(new Error(message)), message);
  }
});

Deno.test("memoryAdvice: splits the batch as far as it goes, then asks for less of it", () => {
  const advice = (sequences: number, accumulation: number, recompute = true) =>
    memoryAdvice({ sequences, tokens: sequences * 64, batch: 4, accumulation, length: 512, recompute });
  assert.match(advice(4, 1), /pass of 4 × 64 tokens .*accumulation 2 .*passes of 2 .*length below 512/);
  assert.match(advice(2, 3), /accumulation 4 .*passes of 1 \(batch 4, accumulation 3 now\)/);
  assert.match(advice(1, 4), /pass of 1 × 64 tokens does not fit; choose a length below 512/);
  assert.match(advice(1, 4, false), /does not fit; choose recompute, a length below 512/);
  assert.doesNotMatch(advice(1, 4), /accumulation/);
});
