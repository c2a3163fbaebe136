import assert from "node:assert/strict";
import { drawPictures, pictureSide, pictureTasks } from "../../lib/evaluation/drawn_pictures.ts";

const [filled, outlines] = pictureTasks;
const request = { split: "train", count: 120, seed: 3 } as const;
const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

Deno.test("pictures: every class comes, each picture has its pixels, none is drawn twice", () => {
  for (const task of pictureTasks) {
    const pictures = drawPictures(task, request);
    assert.deepEqual([...new Set(pictures.map(({ target }) => target))].sort(), [0, 1, 2, 3, 4, 5]);
    assert.ok(pictures.every(({ pixels }) => pixels.length === pictureSide ** 2));
    assert.equal(new Set(pictures.map(({ pixels }) => pixels.join())).size, request.count);
  }
});

Deno.test("pictures: the same seed draws the same, another seed, split or task others", () => {
  const first = JSON.stringify(drawPictures(filled!, request));
  assert.equal(JSON.stringify(drawPictures(filled!, request)), first);
  assert.notEqual(JSON.stringify(drawPictures(filled!, { ...request, seed: 4 })), first);
  assert.notEqual(JSON.stringify(drawPictures(filled!, { ...request, split: "test" })), first);
  assert.notEqual(JSON.stringify(drawPictures(outlines!, request)), first);
});

Deno.test("pictures: filled shapes are bright in the middle and dark at the corner, outlines bright around a dark line", () => {
  const average = (task: typeof filled, pixel: number) =>
    mean(
      drawPictures(task!, request).filter(({ target }) => target === 0).map(({ pixels }) => pixels[pixel]!),
    );
  const [middle, corner] = [pictureSide * 8 + 8, 0];
  assert.ok(average(filled, middle) > 0.5 && average(filled, corner) < -0.5);
  assert.ok(average(outlines, middle) > 0.5 && average(outlines, corner) > 0.5);
  const pixels = drawPictures(outlines!, request).flatMap(({ pixels }) => pixels);
  assert.ok(mean(pixels) < 0.9); // some of them are dark
});
