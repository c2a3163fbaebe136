import assert from "node:assert/strict";
import { labels } from "../../lib/report/labels.ts";
import { sampleRecord } from "./sample_record.ts";

Deno.test("a method's only run bears its title", () => {
  assert.deepEqual(labels([{ method: "lora" }, { method: "inttune" }].map((spec) => sampleRecord(spec))), [
    "LoRA",
    "IntTune",
  ]);
});

Deno.test("runs of one method are told apart by what differs among them", () => {
  const records = [
    sampleRecord({ method: "nlora" }),
    sampleRecord({ method: "nlora", core: "pinv" }),
    sampleRecord({ method: "lora", rank: 8, learning_rate: 1e-3 }),
    sampleRecord({ method: "lora", rank: 16, alpha: 8, learning_rate: 2e-3 }),
  ];
  assert.deepEqual(labels(records), [
    "NLoRA",
    "NLoRA (core pinv)",
    "LoRA (rank 8, learning rate 0.001)",
    "LoRA (rank 16, learning rate 0.002)",
  ]);
});

Deno.test("lists of the same members do not tell runs apart", () => {
  const targets = (...names: string[]) => sampleRecord({ method: "lora", targets: names });
  assert.deepEqual(labels([targets("query", "key"), targets("query", "key")]), ["LoRA", "LoRA"]);
  assert.equal(labels([targets("query"), targets("key")])[1], "LoRA (targets key)");
});

Deno.test("a method that the table does not know keeps its name", () => {
  const record = sampleRecord({ method: "lora" });
  const foreign = {
    ...record,
    run: { ...record.run, spec: { ...record.run.spec, method: "a method of tomorrow" } },
  };
  assert.deepEqual(labels([foreign]), ["a method of tomorrow"]);
});

Deno.test("the starts of one method are told apart by core and residual", () => {
  const specs = [{}, { core: "pinv" }, { core: "copy", residual: false }] as const;
  assert.deepEqual(labels(specs.map((spec) => sampleRecord({ method: "nlora", ...spec }))), [
    "NLoRA",
    "NLoRA (core pinv)",
    "NLoRA (core copy, residual false)",
  ]);
});
