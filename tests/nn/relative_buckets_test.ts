import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { bucketSpan, relativeBuckets } from "../../lib/nn/relative_buckets.ts";

Deno.test("relativeBuckets: distances share rows as in transformers, up to 700 tokens", async () => {
  const path = new URL("../golden/deberta_buckets.json", import.meta.url);
  for (const [key, golden] of Object.entries<number[]>(JSON.parse(await readFile(path, "utf8")))) {
    const [buckets, maxDistance] = key.split(",").map(Number) as [number, number];
    const expected = golden.map((bucket) => Math.min(Math.max(bucket + buckets, 0), 2 * buckets - 1));
    assert.deepEqual([...relativeBuckets(700, { buckets, maxDistance })], expected, key);
  }
});

Deno.test("relativeBuckets: without buckets each distance has its row, up to the last", () => {
  const layout = { buckets: null, maxDistance: 2 };
  assert.equal(bucketSpan(layout), 2);
  assert.deepEqual([...relativeBuckets(4, layout)], [3, 3, 3, 2, 1, 0, 0, 0]); // distances 3 to −4
});

Deno.test("relativeBuckets: a shorter text has the middle of a longer one's rows", () => {
  const layout = { buckets: 8, maxDistance: 16 };
  assert.deepEqual(relativeBuckets(5, layout), relativeBuckets(30, layout).slice(25, 35));
});
