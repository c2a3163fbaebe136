import assert from "node:assert/strict";
import { codeDigest } from "../../lib/experiments/code_digest.ts";
import { runKey } from "../../lib/experiments/run_key.ts";
import { completeSpec } from "../../lib/experiments/spec.ts";

const spec = completeSpec({ model: "m", task: "arithmetic", method: "lora" });
const source = { spec, code_digest: "c", model_digest: "m", data_digest: "d" };

Deno.test("runKey: another spec, code, model or data have another key; the order of fields does not count", () => {
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
    ]
  ) assert.notEqual(runKey(other), key);
});

Deno.test("runKey: steps count, unless they follow from epochs", () => {
  const key = (change: object) => runKey({ ...source, spec: { ...spec, ...change } });
  assert.notEqual(key({ steps: 5 }), key({ steps: 6 }));
  assert.equal(key({ steps: 5, epochs: 2 }), key({ steps: 6, epochs: 2 }));
});

Deno.test("codeDigest: of the code, the same at every call", () => {
  assert.match(codeDigest(), /^[0-9a-f]{64}$/);
  assert.equal(codeDigest(), codeDigest());
});
