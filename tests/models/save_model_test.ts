import assert from "node:assert/strict";
import { join } from "node:path";
import { loadPeft } from "../../lib/adapters/load_peft.ts";
import { loadModel } from "../../lib/models/load_model.ts";
import { saveModel } from "../../lib/models/save_model.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { withFolder } from "../temporary_folder.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";
import { type DecoderCase, decoderFolder, decoderGolden } from "./golden_decoders.ts";
import { tinyGgufLlama } from "./tiny_gguf_llama.ts";

await useBackend();

for (const name of ["llama_linear", "qwen2", "gemma"] satisfies DecoderCase[]) {
  Deno.test(`saveModel: ${name} with its adapter in the weights gives PEFT's logits when it is read again (≤ 1e-4)`, () =>
    assertNoLeak(() =>
      withFolder(async (folder) => {
        const { examples, tensors } = await decoderGolden(name);
        const model = await loadModel(decoderFolder(name));
        const adapter = await loadPeft(model, join(decoderFolder(name), "adapter"));
        adapter.merge();
        const made = join(folder, "made", "by it");
        await saveModel(model, made, decoderFolder(name));
        adapter.remove();

        const merged = await loadModel(made);
        assert.equal(merged.parameters, model.parameters);
        assert.deepEqual(merged.config, model.config);
        assert.notEqual(await merged.digest, await model.digest);
        const text = "a mix of 3 things";
        assert.deepEqual(merged.tokenizer.encode(text), model.tokenizer.encode(text));
        const logits = merged.logits(Int32Array.from(examples[2]!.ids), 1);
        await assertAllClose(logits, tensors.get("adapted.2")!.data, { rtol: 0, atol: 1e-4 });
        logits.dispose();
        merged.dispose();
        model.dispose();
      })
    ));
}

Deno.test("saveModel: a model from a GGUF file becomes a folder with its tokenizer, of the same logits and ids", () =>
  assertNoLeak(() =>
    withFolder(async (folder) => {
      const path = join(folder, "tiny.gguf");
      await Deno.writeFile(path, tinyGgufLlama());
      const model = await loadModel(path);
      await saveModel(model, join(folder, "saved"), path);
      const saved = await loadModel(join(folder, "saved"));
      const ids = Int32Array.from(model.tokenizer.encode("It’s 12 o’clock.<end>"));
      assert.deepEqual(saved.tokenizer.encode("It’s 12 o’clock.<end>"), [...ids]);
      assert.deepEqual([saved.tokenizer.eosId, saved.parameters], [0, model.parameters]);
      const [given, expected] = [saved.logits(ids, 1), model.logits(ids, 1)];
      await assertAllClose(given, expected);
      dispose([given, expected]);
      saved.dispose();
      model.dispose();
    })
  ));

Deno.test("saveModel: an adapter beside the weights is refused, and nothing is written", () =>
  assertNoLeak(() =>
    withFolder(async (folder) => {
      const model = await loadModel(decoderFolder("llama"));
      const adapter = await loadPeft(model, join(decoderFolder("llama"), "adapter"));
      await assert.rejects(saveModel(model, folder, decoderFolder("llama")), {
        name: UsageError.name,
        message: /q_proj has an adapter beside its weight; call merge\(\)/,
      });
      assert.deepEqual([...Deno.readDirSync(folder)], []);
      adapter.remove();
      model.dispose();
    })
  ));
