import assert from "node:assert/strict";
import type * as tf from "@tensorflow/tfjs-core";
import { causalMask, paddingMask, slotMask } from "../../lib/nn/attention_mask.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";

await useBackend();
const one = { kvHeads: 1, groups: 1 };

/** A row of 1 and 0 for each query: the keys it looks at. Disposes the mask. */
async function looks(mask: tf.Tensor3D): Promise<string[]> {
  const keys = mask.shape[2];
  const values = await mask.data();
  mask.dispose();
  const seen = Array.from(values, (value) => value === 0 ? "1" : "0").join("");
  return seen.match(new RegExp(`.{${keys}}`, "g"))!;
}

Deno.test("causalMask: no later token and no padding; a window leaves a query that many tokens", async () => {
  await assertNoLeak(async () => {
    const whole = causalMask({ padding: [0, 2], queries: 3, ...one });
    assert.deepEqual(await looks(whole), ["100", "110", "111", "100", "010", "001"]);
    const near = causalMask({ padding: [0], queries: 4, window: 2, ...one });
    assert.deepEqual(await looks(near), ["1000", "1100", "0110", "0011"]);
  });
});

Deno.test("slotMask: the slots that each sequence uses, then the new tokens up to the query; no padding, no free slot", async () => {
  await assertNoLeak(async () => {
    const cache = { padding: [0, 2, 1], lengths: [2, 2, 4], capacity: 4 };
    const two = slotMask({ ...cache, queries: 2, ...one });
    assert.deepEqual(await looks(two), ["110010", "110011", "000010", "000011", "011110", "011111"]);
    const full = slotMask({ padding: [0], lengths: [2], capacity: 2, queries: 1, ...one });
    assert.deepEqual(await looks(full), ["111"]);
    const near = slotMask({ ...cache, queries: 2, window: 2, ...one });
    assert.deepEqual(await looks(near), ["010010", "000011", "000010", "000011", "000110", "000011"]);
    const nearest = slotMask({ ...cache, queries: 2, window: 1, ...one });
    assert.deepEqual(await looks(nearest), ["000010", "000001", "000010", "000001", "000010", "000001"]);
  });
});

Deno.test("causalMask: examples that share a row do not see each other", async () => {
  await assertNoLeak(async () => {
    const starts = [0, 0, 2, 2, 4, 0, 1, 1, 1, 4];
    const mask = causalMask({ padding: [0, 0], queries: 5, starts, ...one });
    assert.deepEqual(await looks(mask), [
      ...["10000", "11000", "00100", "00110", "00001"],
      ...["10000", "01000", "01100", "01110", "00001"],
    ]);
  });
});

Deno.test("paddingMask: every query looks at every token that is not padding", async () => {
  await assertNoLeak(async () => {
    const mask = paddingMask({ lengths: [3, 1], tokens: 3, heads: 2 });
    assert.deepEqual(mask.shape, [4, 1, 3]);
    assert.deepEqual(await looks(mask), ["111", "111", "100", "100"]);
  });
});

Deno.test("masks: key heads follow each other, and their query heads stand in one block of rows", async () => {
  await assertNoLeak(async () => {
    const mask = causalMask({ padding: [0, 1], queries: 2, kvHeads: 2, groups: 2 });
    assert.deepEqual(mask.shape, [4, 4, 2]);
    const [a, b] = [["10", "11", "10", "11"], ["10", "01", "10", "01"]];
    assert.deepEqual(await looks(mask), [...a, ...a, ...b, ...b]);
  });
});
