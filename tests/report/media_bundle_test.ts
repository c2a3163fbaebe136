import assert from "node:assert/strict";
import { jupyterDisplay } from "../../lib/report/jupyter.ts";
import { mediaBundle } from "../../lib/report/media_bundle.ts";
import { sampleRecord } from "./sample_record.ts";

Deno.test("a value is shown by its own method, a record as a card, records as a table, others as text", async () => {
  assert.deepEqual(await mediaBundle({ [jupyterDisplay]: () => ({ "text/plain": "own" }) }), {
    "text/plain": "own",
  });
  const record = sampleRecord({ method: "lora" });
  assert.match((await mediaBundle(record))["text/plain"] as string, /^LoRA on/);
  assert.match((await mediaBundle([record, record]))["text/html"] as string, /<table.*2 rows/s);
  assert.deepEqual(await mediaBundle("a\nb"), { "text/plain": "a\nb" });
  assert.deepEqual(await mediaBundle(null), { "text/plain": "null" });
  assert.deepEqual(await mediaBundle([]), { "text/plain": "[]" });
});
