import assert from "node:assert/strict";
import { padTexts } from "../../lib/text/text_batch.ts";

Deno.test("padTexts: ids and types stand text by text, padding is 0", () => {
  const batch = padTexts([{ ids: [5, 6, 7], typeIds: [0, 0, 1] }, { ids: [8] }], 4);
  assert.deepEqual([...batch.ids], [5, 6, 7, 0, 8, 0, 0, 0]);
  assert.deepEqual([...batch.types], [0, 0, 1, 0, 0, 0, 0, 0]);
  assert.deepEqual(batch.lengths, [3, 1]);
  assert.deepEqual([batch.size, batch.length, batch.tokens], [2, 4, 4]);
});

Deno.test("padTexts: the multiple gives way to what the model reads, and no text is cut", () => {
  const text = { ids: new Array(5).fill(1) };
  assert.equal(padTexts([text], 8, 6).length, 6);
  assert.equal(padTexts([text], 8, 3).length, 5);
  assert.equal(padTexts([text], 8, 9).length, 8);
});
