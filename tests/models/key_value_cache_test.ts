import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import {
  disposeCache,
  extendCache,
  keepSequences,
  type KeyValueCache,
  type KeyValueRows,
  slotMask,
  startCache,
} from "../../lib/models/key_value_cache.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";

await useBackend();
const heads = [0, 1, 2, 3]; // two sequences with two heads each
const exactly = { rtol: 0, atol: 0 };

/** Numbers that tell the head and the token that they belong to. */
const numbers = (heads: readonly number[], first: number, count: number) =>
  heads.flatMap((head) =>
    Array.from({ length: count }, (_, i) => [first + i + 1, -head, 1000 * head + first + i])
  );

/** Tokens from the first on, as a layer gives them. */
function tokens(first: number, count: number): KeyValueRows[] {
  const k = tf.tensor2d(numbers(heads, first, count));
  return [{ k, v: tf.neg(k) }];
}

/** The cache holds the first tokens of the heads, and nothing but zeros behind them. */
async function assertHolds(cache: KeyValueCache, heads: readonly number[]): Promise<void> {
  const { layers: [layer], length, capacity } = cache;
  const expected = tf.tidy(() => {
    const all = tf.tensor3d(numbers(heads, 0, length).flat(), [heads.length, length, 3]);
    return tf.reshape(tf.pad(all, [[0, 0], [0, capacity - length], [0, 0]]), [-1, 3]);
  });
  const negative = tf.neg(expected);
  await assertAllClose(layer!.k, expected, exactly);
  await assertAllClose(layer!.v, negative, exactly);
  dispose([expected, negative]);
}

Deno.test("a cache holds what it was given, in slots that were free or by growing; some sequences can be kept", async () => {
  await assertNoLeak(async () => {
    let cache = startCache(tokens(0, 3), [0, 1], 3);
    const steps = [[1, 128], [124, 128], [2, 256], [126, 256], [1, 384]] as const;
    for (const [count, capacity] of steps) {
      cache = extendCache(cache, tokens(cache.length, count), count);
      assert.equal(cache.capacity, capacity);
      await assertHolds(cache, heads);
    }
    cache = keepSequences(cache, [1]);
    assert.deepEqual(cache.padding, [1]);
    await assertHolds(cache, [2, 3]);
    disposeCache(cache);
  });
});

Deno.test("a cache that begins with a full block has no free slot, and grows at the next token", async () => {
  await assertNoLeak(async () => {
    let cache = startCache(tokens(0, 128), [0, 0], 128);
    assert.equal(cache.capacity, 128);
    cache = extendCache(cache, tokens(128, 1), 1);
    assert.equal(cache.capacity, 256);
    await assertHolds(cache, heads);
    disposeCache(cache);
  });
});

Deno.test("slotMask hides the free slots between the tokens before and the new ones", async () => {
  await assertNoLeak(async () => {
    const mask = tf.tensor3d([[[-1e9, 0, 0, -1e9], [-1e9, 0, 0, 0]]]); // two tokens before, two new ones
    const expected = [[-1e9, 0, -1e9, -1e9, -1e9, 0, -1e9], [-1e9, 0, -1e9, -1e9, -1e9, 0, 0]];
    const cache = { layers: [], padding: [1], length: 2 };
    const [five, full] = [
      slotMask(mask, { ...cache, capacity: 5 }),
      slotMask(mask, { ...cache, capacity: 2 }),
    ];
    assert.deepEqual(five.shape, [1, 2, 7]);
    await assertAllClose(five, expected.flat(), exactly);
    await assertAllClose(full, mask, exactly);
    dispose([mask, five, full]);
  });
});
