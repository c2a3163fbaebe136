import assert from "node:assert/strict";
import { codeDigest } from "../../../lib/experiments/code_digest.ts";
import { recordKey, runKey } from "../../../lib/experiments/store/run_key.ts";
import { keptRecords } from "../../../lib/experiments/read_records.ts";
import { completeSpec } from "../../../lib/experiments/spec.ts";

const spec = completeSpec({ model: "m", task: "arithmetic", method: "lora" });
const platform = { backend: "tensorflow", device: "CPU" };
const source = { spec, code_digest: "c", model_digest: "m", data_digest: "d", ...platform };

Deno.test("runKey: another spec, code, model, data or platform have another key; the order of fields does not count", () => {
  const key = runKey(source);
  assert.match(key, /^[0-9a-f]{64}$/);
  const turned = Object.fromEntries(Object.entries(spec).reverse()) as unknown as typeof spec;
  assert.equal(runKey({ ...source, spec: turned }), key);
  for (
    const other of [
      { ...source, spec: { ...spec, seed: 1 } },
      { ...source, code_digest: "e" },
      { ...source, model_digest: "e" },
      { ...source, data_digest: "e" },
      { ...source, backend: "wasm", device: "CPU (WebAssembly)" },
      { ...source, device: "GPU (CUDA)" },
    ]
  ) assert.notEqual(runKey(other), key);
});

Deno.test("runKey: steps count, unless they follow from epochs", () => {
  const key = (change: object) => runKey({ ...source, spec: { ...spec, ...change } });
  assert.notEqual(key({ steps: 5 }), key({ steps: 6 }));
  assert.equal(key({ steps: 5, epochs: 2 }), key({ steps: 6, epochs: 2 }));
});

Deno.test("recordKey: the kept sweep's records keep the names that they have had since before the platform counted", () => {
  const first = keptRecords("ranks").find(({ run }) => run.spec.method === "lora" && run.spec.rank === 1)!;
  assert.equal(recordKey(first), "b4dbed4a3f69c7b4f4afdb1e6c6394418b118354b5d0c0fd88e47744a66652a5");
  const elsewhere = { ...first, meta: { ...first.meta, backend: "wasm" } };
  assert.notEqual(recordKey(elsewhere), recordKey(first));
});

Deno.test("codeDigest: of the code, the same at every call", () => {
  assert.match(codeDigest(), /^[0-9a-f]{64}$/);
  assert.equal(codeDigest(), codeDigest());
});
