import assert from "node:assert/strict";
import { Random } from "../../lib/tensor/random.ts";
import { type EncodedExample, encodeExample, indexOrder, padBatch } from "../../lib/text/batches.ts";
import type { Tokenizer } from "../../lib/text/tokenizer.ts";

/** A text is its ids with spaces between them. */
const tokenizer = {
  encode: (text: string) => text.split(" ").filter(Boolean).map(Number),
} as unknown as Tokenizer;

const take = <T>(items: Generator<T, never>, n: number): T[] =>
  Array.from({ length: n }, () => items.next().value);

Deno.test("encodeExample: prompt and response together, cut at the length", () => {
  const pair = { prompt: "1 2 3", response: "4 5" };
  const cut = (length: number) => encodeExample(tokenizer, pair, length);
  assert.deepEqual(cut(9), { ids: [1, 2, 3, 4, 5], promptLength: 3 });
  assert.deepEqual(cut(4), { ids: [1, 2, 3, 4], promptLength: 3 });
  assert.deepEqual(cut(3), { ids: [1, 2, 3], promptLength: 3 });
  assert.deepEqual(cut(2), { ids: [1, 2], promptLength: 2 });
});

Deno.test("padBatch: every response token is the target of the token before it, and no other token is", () => {
  const random = new Random(3);
  for (let round = 0; round < 50; round++) {
    const examples = Array.from({ length: 1 + random.int(5) }, (): EncodedExample => {
      const ids = Array.from({ length: 1 + random.int(9) }, () => 1 + random.int(99));
      return { ids, promptLength: random.int(ids.length + 1) };
    });
    const batch = padBatch(examples);
    assert.equal(batch.size, examples.length);
    assert.equal(batch.length, Math.max(...examples.map((example) => example.ids.length)));
    assert.equal(batch.tokens, batch.ids.filter((id) => id !== 0).length);
    const wanted = examples.flatMap(({ ids, promptLength }, row) =>
      ids.flatMap((id, i) => i > 0 && i >= promptLength ? [[row * batch.length + i - 1, id]] : [])
    );
    assert.deepEqual([...batch.positions].map((position, i) => [position, batch.targets[i]]), wanted);
    batch.positions.forEach((position, i) => assert.equal(batch.ids[position + 1], batch.targets[i]));
    examples.forEach(({ ids }, row) => {
      const padded = [...batch.ids.subarray(row * batch.length, (row + 1) * batch.length)];
      assert.deepEqual(padded, [...ids, ...new Array(batch.length - ids.length).fill(0)]);
    });
  }
});

Deno.test("indexOrder: its own order again and again, or each pass a new one that the seed fixes", () => {
  assert.deepEqual(take(indexOrder(3, null), 7), [0, 1, 2, 0, 1, 2, 0]);
  const passes = (seed: number) => {
    const all = take(indexOrder(20, new Random(seed)), 40);
    return [all.slice(0, 20), all.slice(20)];
  };
  const [first, second] = passes(1);
  for (const pass of [first!, second!]) {
    assert.deepEqual(pass.toSorted((a, b) => a - b), take(indexOrder(20, null), 20));
  }
  assert.notDeepEqual(first, second);
  assert.deepEqual(passes(1), [first, second]);
  assert.notDeepEqual(passes(2), [first, second]);
});
