import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { loadPeft } from "../../lib/adapters/load_peft.ts";
import { disposeCache } from "../../lib/models/key_value_cache.ts";
import { loadModel } from "../../lib/models/load_model.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { padBatch } from "../../lib/text/batches.ts";
import { encodePrompt } from "../../lib/text/encode_prompt.ts";
import { assertAllClose, assertNoLeak, maxAbs } from "../tensor_assertions.ts";
import {
  type DecoderCase,
  decoderCases,
  decoderFolder,
  decoderGolden,
  goldenText,
} from "./golden_decoders.ts";

await useBackend();
const close = { rtol: 0, atol: 1e-4 };

for (const [name, what] of Object.entries(decoderCases) as [DecoderCase, string][]) {
  Deno.test(`${name} (${what}): logits are those of transformers (≤ 1e-4), gradients of all factors those of PEFT (≤ 1e-3)`, () =>
    assertNoLeak(async () => {
      const { examples, tensors } = await decoderGolden(name);
      const model = await loadModel(decoderFolder(name));
      assert.deepEqual(encodePrompt(model.tokenizer, goldenText), [...tensors.get("text")!.data]);
      const assertLogits = async (key: string) => {
        for (const [i, { ids }] of examples.entries()) {
          const logits = model.logits(Int32Array.from(ids), 1);
          assert.deepEqual(logits.shape, tensors.get(`${key}.${i}`)!.shape);
          await assertAllClose(logits, tensors.get(`${key}.${i}`)!.data, close);
          logits.dispose();
        }
      };
      await assertLogits("logits");

      const adapter = await loadPeft(model, join(decoderFolder(name), "adapter"));
      assert.equal(adapter.modules.length, model.linears.size);
      await assertLogits("adapted");
      const { loss, gradients } = model.lossAndGradients(padBatch(examples));
      await assertAllClose(loss, tensors.get("loss")!.data, close);
      for (const { linear, factor, name } of adapter.parameters) {
        const { data, shape } = tensors.get(`gradient.${linear.name}.lora_${factor}`)!;
        const gradient = gradients.get(linear.name)![factor]!;
        assert.deepEqual(gradient.shape, shape, name);
        const expected = tf.tensor(data, [...shape]);
        await assertAllClose(gradient, expected, { rtol: 0, atol: 1e-3 * await maxAbs(expected) });
        expected.dispose();
      }
      dispose([loss, [...gradients.values()]]);

      adapter.merge();
      await assertLogits("adapted");
      adapter.remove();
      await assertLogits("logits");
      model.dispose();
    }));

  Deno.test(`${name}: read token by token behind prompts of unequal length, the logits are those of transformers (≤ 1e-4)`, () =>
    assertNoLeak(async () => {
      const { examples: [, middle, long], tensors } = await decoderGolden(name);
      const model = await loadModel(decoderFolder(name));
      const starts = [middle!.ids.slice(0, 1), long!.ids.slice(0, 7)] as const;
      let { logits, cache } = model.extend(
        Int32Array.from([...Array(6).fill(0), ...starts[0], ...starts[1]]),
        { padding: [6, 0], cache: null },
      );
      for (let read = 0; read < 8; read++) {
        const rows = [["logits.1", 0 + read], ["logits.2", 6 + read]] as const;
        for (const [row, [key, position]] of rows.entries()) {
          const { data, shape: [, vocabulary] } = tensors.get(key)!;
          const given = tf.slice(logits, row, 1);
          await assertAllClose(
            given,
            data.subarray(position * vocabulary!, (position + 1) * vocabulary!),
            close,
          );
          given.dispose();
        }
        logits.dispose();
        const next = Int32Array.of(middle!.ids[1 + read]!, long!.ids[7 + read]!);
        ({ logits, cache } = model.extend(next, { cache }));
      }
      logits.dispose();
      disposeCache(cache);
      model.dispose();
    }));
}
