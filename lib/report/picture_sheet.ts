import type { Picture } from "../evaluation/drawn_pictures.ts";
import { pictureSide } from "../evaluation/drawn_pictures.ts";
import { matrixHeatmap } from "./matrix_heatmap.ts";
import type { Figure } from "./plotly.ts";

/**
 * Drawn pictures side by side, in rows; what is left of the last row is 0.
 *
 * @param across pictures in a row
 *
 * @example
 * ```ts
 * import { drawPictures, pictureSheet, pictureTasks } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const pictures = drawPictures(pictureTasks[0]!, { split: "train", count: 5, seed: 0 });
 * const { data } = pictureSheet(pictures, { title: "Filled shapes", across: 3 });
 * assert.equal((data[0] as { z: unknown[] }).z.length, 2 * 16);
 * ```
 */
export function pictureSheet(
  pictures: readonly Picture[],
  { title, across }: { readonly title: string; readonly across: number },
): Figure {
  const rows = pictureSide * Math.ceil(pictures.length / across);
  const columns = pictureSide * across;
  const values = new Float32Array(rows * columns);
  for (const [i, { pixels }] of pictures.entries()) {
    const [top, left] = [pictureSide * Math.floor(i / across), pictureSide * (i % across)];
    for (let row = 0; row < pictureSide; row++) {
      const line = pixels.slice(row * pictureSide, (row + 1) * pictureSide);
      values.set(line, (top + row) * columns + left);
    }
  }
  return matrixHeatmap(values, { rows, columns, title });
}
