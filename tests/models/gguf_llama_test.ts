import assert from "node:assert/strict";
import { halvesTogether, pairsTogether } from "../../lib/models/gguf_llama.ts";
import { Random } from "../../lib/tensor/random.ts";

Deno.test("llama.cpp's rows put the two numbers of a rotary pair side by side", () => {
  const transformers = Float32Array.of(0, 1, 2, 3, 10, 11, 12, 13); // two heads of 4, rows of 1
  assert.deepEqual([...pairsTogether(transformers, 1, 4)], [0, 2, 1, 3, 10, 12, 11, 13]);
});

Deno.test("halvesTogether and pairsTogether undo each other", () => {
  for (const [heads, headDim, n] of [[1, 2, 1], [3, 4, 5], [2, 64, 3]] as const) {
    const values = new Random(1).normal(heads * headDim * n);
    assert.deepEqual(halvesTogether(pairsTogether(values, n, headDim), n, headDim), values);
    assert.deepEqual(pairsTogether(halvesTogether(values, n, headDim), n, headDim), values);
  }
});
