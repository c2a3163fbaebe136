import assert from "node:assert/strict";
import { pointsAt, unitsAt } from "../../../kernels/language/code_points.ts";

Deno.test("places: code points and UTF-16 units differ after an emoji", () => {
  const text = "a🙂é🙂b";
  assert.deepEqual([0, 1, 2, 3, 4, 5, 9].map((points) => unitsAt(text, points)), [0, 1, 3, 4, 6, 7, 7]);
  assert.deepEqual([0, 1, 3, 4, 6, 7].map((units) => pointsAt(text, units)), [0, 1, 2, 3, 4, 5]);
});
