import assert from "node:assert/strict";
import { outputId } from "../../lib/report/output_id.ts";

Deno.test("ids are valid, tell the content, and differ from output to output", () => {
  const ids = ["a", "a", "b"].map((content) => outputId("table", content));
  for (const id of ids) assert.match(id, /^nlora-table-[0-9a-f]{8}-\d+$/);
  assert.equal(new Set(ids).size, 3);
  assert.equal(ids[0]!.slice(0, 20), ids[1]!.slice(0, 20));
});
