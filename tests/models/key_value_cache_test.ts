import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import {
  disposeCache,
  extendCache,
  keepSequences,
  type KeyValueCache,
  type KeyValueRows,
  replaceSequences,
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
function tokens(first: number, count: number, of = heads): KeyValueRows[] {
  const k = tf.tensor2d(numbers(of, first, count));
  return [{ k, v: tf.neg(k) }];
}

/** The cache holds the first tokens of the heads, and nothing but zeros behind them. */
async function assertHolds(cache: KeyValueCache, heads: readonly number[]): Promise<void> {
  const { layers: [layer], lengths: [length], capacity } = cache as KeyValueCache & { lengths: [number] };
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
      cache = extendCache(cache, tokens(cache.lengths[0]!, count), count);
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

/** The first tokens of these heads stand in the first slots of a row, both in keys and, with the other sign, in values. */
async function assertRow({ layers: [layer], lengths, capacity }: KeyValueCache, row: number, of: number[]) {
  for (const [i, head] of of.entries()) {
    const at = [(row * of.length + i) * capacity, 0] as [number, number];
    const size = [lengths[row]!, 3] as [number, number];
    const [k, v] = [tf.slice(layer!.k, at, size), tf.slice(layer!.v, at, size)];
    const wanted = numbers([head], 0, lengths[row]!).flat();
    await assertAllClose(k, wanted, exactly);
    await assertAllClose(v, wanted.map((x) => -x), exactly);
    dispose([k, v]);
  }
}

Deno.test("a sequence takes the row of another, shorter or longer than it, and each goes on from its own end", async () => {
  await assertNoLeak(async () => {
    let cache = startCache(tokens(0, 5), [0, 1], 5);
    cache = replaceSequences(cache, [1], startCache(tokens(0, 3, [6, 7]), [2], 3));
    assert.deepEqual([cache.padding, cache.lengths, cache.capacity], [[0, 2], [5, 3], 128]);
    await assertRow(cache, 0, [0, 1]);
    await assertRow(cache, 1, [6, 7]);

    const [long, short] = [numbers([0, 1], 5, 1), numbers([6, 7], 3, 1)];
    const k = tf.tensor2d([...long, ...short]);
    cache = extendCache(cache, [{ k, v: tf.neg(k) }], 1);
    assert.deepEqual(cache.lengths, [6, 4]);
    await assertRow(cache, 0, [0, 1]);
    await assertRow(cache, 1, [6, 7]);

    cache = replaceSequences(cache, [1, 0], startCache(tokens(0, 130, [8, 9, 10, 11]), [0, 3], 130));
    assert.deepEqual([cache.padding, cache.lengths, cache.capacity], [[3, 0], [130, 130], 256]);
    await assertRow(cache, 1, [8, 9]);
    await assertRow(cache, 0, [10, 11]);
    disposeCache(cache);
  });
});
