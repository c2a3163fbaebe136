import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import { loadGguf } from "../../lib/models/load_gguf.ts";
import type { WeightStorage } from "../../lib/nn/weight.ts";
import { hasRawOps } from "../../lib/tensor/raw_op.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { train } from "../../lib/training/train.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";
import { tinyGgufLlama } from "./tiny_gguf_llama.ts";

await useBackend();
const path = join(temporaryFolder(), "tiny.gguf");
await Deno.writeFile(path, tinyGgufLlama());
const ids = Int32Array.from([5, 40, 7, 98, 20, 3]);

/** What this model's rows of 8 and 12 can be kept as. */
const packed: readonly WeightStorage[] = ["bfloat16", "int8"];

Deno.test({
  name: "loadGguf: packed weights take less memory and change the logits by their rounding alone",
  ignore: !hasRawOps(),
  fn: () =>
    assertNoLeak(async () => {
      const bytes = () => tf.memory().numBytes;
      const empty = bytes();
      const whole = await loadGguf(path, "tiny");
      const wholeBytes = bytes() - empty;
      const expected = whole.logits(ids, 1);
      for (const weights of packed) {
        const before = bytes();
        const model = await loadGguf(path, "tiny", { weights });
        assert.ok(bytes() - before < 0.6 * wholeBytes, `${bytes() - before} bytes against ${wholeBytes}`);
        assert.equal(model.parameters, whole.parameters);
        const logits = model.logits(ids, 1);
        const error = tidy(() => tf.div(tf.norm(tf.sub(logits, expected)), tf.norm(expected)));
        const [value] = await error.data();
        assert.ok(value! > 0 && value! < 0.02, `${weights}: relative error ${value}`);
        error.dispose();
        logits.dispose();
        model.dispose();
      }
      expected.dispose();
      whole.dispose();
    }),
});

for (const method of ["nlora", "pissa", "dora", "full"]) {
  Deno.test({
    name: `loadGguf: ${method} begins exactly on packed weights, trains, and gives them back`,
    ignore: !hasRawOps(),
    fn: () =>
      assertNoLeak(async () => {
        for (const weights of packed) {
          const model = await loadGguf(path, "tiny", { weights });
          const given = model.logits(ids, 1);
          const adapter = await adapt(model, { method, rank: 2 });
          const begun = model.logits(ids, 1);
          await assertAllClose(begun, given, { rtol: 0, atol: 1e-4 });
          const pairs = [{ prompt: "ab", response: "cdef" }];
          const { points } = await train(model, adapter, pairs, { steps: 8, batch: 1, learningRate: 0.02 });
          assert.ok(points.at(-1)!.loss < points[0]!.loss);
          const trained = model.logits(ids, 1);
          adapter.merge();
          const merged = model.logits(ids, 1);
          await assertAllClose(merged, trained, { rtol: 1e-3, atol: 1e-3 });
          adapter.remove();
          const back = model.logits(ids, 1);
          await assertAllClose(back, given, { rtol: 0, atol: 0 });
          dispose([given, begun, trained, merged, back]);
          model.dispose();
        }
      }),
  });
}

Deno.test("loadGguf: weights that cannot be kept as asked are refused, and nothing is left behind", () =>
  assertNoLeak(async () => {
    const message = hasRawOps() ? /rows are multiples of 32; keep it as float32/ : /keep them as float32/;
    await assert.rejects(loadGguf(path, "tiny", { weights: "q4" }), { name: UsageError.name, message });
  }));
