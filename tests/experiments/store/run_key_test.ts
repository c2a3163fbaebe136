import assert from "node:assert/strict";
import { codeDigest } from "../../../lib/experiments/code_digest.ts";
import { recordKey, runKey } from "../../../lib/experiments/store/run_key.ts";
import { completeSpec } from "../../../lib/experiments/spec.ts";
import { sampleRecord } from "../../report/sample_record.ts";

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

Deno.test("recordKey: a record of TensorFlow on the CPU keeps the name that it has had since before the platform counted", () => {
  const sample = sampleRecord({ method: "lora" });
  const fixed = { model: "m", task: "arithmetic", method: "lora", rank: 1, seed: 0, steps: 2, epochs: 0 };
  const digests = { code_digest: "c", model_digest: "m", data_digest: "d" };
  const record = {
    ...sample,
    run: { ...sample.run, spec: fixed as unknown as typeof spec },
    meta: { ...platform, cores: 2, ...digests },
  };
  assert.equal(recordKey(record), "79b7b399f9b8dd4cd5a4174472495c1dd0fae1ee6085e7aab6e471972b3f4b52");
  assert.notEqual(recordKey({ ...record, meta: { ...record.meta, backend: "wasm" } }), recordKey(record));
  assert.equal(recordKey({ ...record, meta: { ...record.meta, data_digest: "" } }), null);
});

Deno.test("codeDigest: of the code, the same at every call", () => {
  assert.match(codeDigest(), /^[0-9a-f]{64}$/);
  assert.equal(codeDigest(), codeDigest());
});
