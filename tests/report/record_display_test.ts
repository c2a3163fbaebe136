import assert from "node:assert/strict";
import { isRunRecord, recordBundle } from "../../lib/report/record_display.ts";
import { failedRecord, sampleRecord } from "./sample_record.ts";

Deno.test("a record is a card with its losses, scores, times, memory and spec", () => {
  const bundle = recordBundle(sampleRecord({ method: "nlora", rank: 8 }));
  const html = bundle["text/html"] as string;
  assert.match(html, /<polyline points="[\d., ]+"/);
  assert.match(html, /<summary>Spec<\/summary>.*<th[^>]*>rank<\/th><td>8<\/td>/);
  assert.match(html, /wasm on CPU, 2 cores/);
  const text = bundle["text/plain"] as string;
  assert.match(text, /^NLoRA on smollm2-135m-instruct, task arithmetic: done\n/);
  assert.match(text, /trained {6}4,884,480 of 139,399,488 \(3\.5 %\)/);
  assert.match(text, /loss {9}2 → 1\.4 after 6 steps/);
  assert.match(text, /accuracy {5}0\.125 → 0\.5 of 40 examples/);
  assert.match(text, /peak memory {2}2\.2 GB/);
});

Deno.test("a run that was scored on several tasks tells each score", () => {
  const record = sampleRecord({ method: "lora" });
  const also = { math: { ...record.eval!, value: 0.25 } };
  const text = recordBundle({ ...record, eval: { ...record.eval!, also } })["text/plain"] as string;
  assert.match(text, /arithmetic: accuracy +0\.125 → 0\.5 of 40 examples\n/);
  assert.match(text, /math: accuracy +0\.125 → 0\.25 of 40 examples/);
});

Deno.test("a failed run's card tells why; a method that is not known any more keeps its name", () => {
  const text = recordBundle(failedRecord("pissa"))["text/plain"] as string;
  assert.match(text, /: failed\n[^]*error {5}no memory/);
  const record = sampleRecord({ method: "lora" });
  const old = { ...record, run: { ...record.run, spec: { ...record.run.spec, method: "<old>" } } };
  assert.match(recordBundle(old)["text/html"] as string, /<b>&lt;old&gt; on/);
});

Deno.test("a record is told from other values", () => {
  assert.ok(isRunRecord(sampleRecord({ method: "lora" })));
  for (const other of [null, undefined, 1, {}, { run: {} }, []]) assert.ok(!isRunRecord(other));
});
