import assert from "node:assert/strict";
import { takeNumbers } from "../../lib/tensor/resident.ts";
import { hasRawOps } from "../../lib/tensor/raw_op.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { zeros } from "../../lib/tensor/zeros.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

Deno.test("numbers that are taken stay right, and their array is let go where tensors live elsewhere", () =>
  assertNoLeak(async () => {
    const numbers = Float32Array.from({ length: 1000 }, (_, i) => i);
    const taken = takeNumbers(numbers, [10, 100]);
    assert.equal(numbers.length, hasRawOps() ? 0 : 1000);
    new Float32Array(1000).fill(7); // would lie in the memory of an array that was let go too early
    assert.deepEqual([...await taken.data()], Array.from({ length: 1000 }, (_, i) => i));
    taken.dispose();
  }));

Deno.test("zeros are zeros of that shape", () =>
  assertNoLeak(async () => {
    const made = zeros([2, 3]);
    assert.deepEqual([made.shape, [...await made.data()]], [[2, 3], [0, 0, 0, 0, 0, 0]]);
    made.dispose();
  }));
