import assert from "node:assert/strict";
import { seriesStyle } from "../../lib/report/series_style.ts";

Deno.test("eight series differ in colour and in symbol, and the ninth begins again", () => {
  const styles = Array.from({ length: 8 }, (_, i) => seriesStyle(i));
  assert.equal(new Set(styles.map(({ color }) => color)).size, 8);
  assert.equal(new Set(styles.map(({ symbol }) => symbol)).size, 8);
  assert.deepEqual(seriesStyle(8), styles[0]);
});
