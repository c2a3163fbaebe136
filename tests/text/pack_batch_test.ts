import assert from "node:assert/strict";
import { Random } from "../../lib/tensor/random.ts";
import { type EncodedExample, padBatch } from "../../lib/text/batches.ts";
import { packBatch } from "../../lib/text/pack_batch.ts";

const random = new Random(5);

function examplesOf(count: number, longest: number): EncodedExample[] {
  return Array.from({ length: count }, (_, e) => {
    const ids = Array.from({ length: 1 + random.int(longest) }, (_, i) => 1000 * (e + 1) + i);
    return { ids, promptLength: random.int(ids.length + 1) };
  });
}

Deno.test("packBatch: every example stands whole in one row, and its tokens know where it begins", () => {
  for (let round = 0; round < 50; round++) {
    const examples = examplesOf(1 + random.int(9), 12);
    const { ids, size, length, tokens, starts } = packBatch(examples, 12 + random.int(20), 4);
    assert.equal(length % 4, 0);
    assert.equal(ids.length, size * length);
    assert.equal(tokens, ids.filter((id) => id !== 0).length);
    for (const example of examples) {
      const at = ids.indexOf(example.ids[0]!);
      assert.deepEqual([...ids.subarray(at, at + example.ids.length)], example.ids);
      assert.ok(at % length + example.ids.length <= length, "an example runs over the end of its row");
      for (let i = 0; i < example.ids.length; i++) assert.equal(starts?.[at + i] ?? 0, at % length);
    }
    ids.forEach((id, i) => id === 0 && starts && assert.equal(starts[i], i % length));
  }
});

Deno.test("packBatch: the targets are those of the padded examples, each after the token that it follows", () => {
  for (let round = 0; round < 50; round++) {
    const examples = examplesOf(1 + random.int(9), 12);
    const [packed, padded] = [packBatch(examples, 30), padBatch(examples)];
    assert.deepEqual(packed.targets.toSorted(), padded.targets.toSorted());
    packed.positions.forEach((position, i) => assert.equal(packed.ids[position + 1], packed.targets[i]));
  }
});

Deno.test("packBatch: never takes more room than padding, nor longer rows than asked for, and is the same each time", () => {
  for (let round = 0; round < 50; round++) {
    const examples = examplesOf(1 + random.int(12), 20);
    const packed = packBatch(examples, 40, 4);
    assert.ok(packed.length <= 40);
    assert.ok(packed.ids.length <= padBatch(examples, 4).ids.length);
    assert.deepEqual(packBatch(examples, 40, 4), packed);
  }
  const halves = Array.from({ length: 6 }, () => ({ ids: [1, 2, 3, 4, 5], promptLength: 1 }));
  assert.deepEqual([packBatch(halves, 10).ids.includes(0), packBatch(halves, 9).size], [false, 6]);
});
