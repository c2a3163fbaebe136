import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import type { AdapterOptions } from "../../lib/adapters/adapter_spec.ts";
import { saveGgufLora } from "../../lib/adapters/gguf_lora.ts";
import { type Gguf, openGguf } from "../../lib/formats/gguf.ts";
import { ggufNames, halvesTogether, isInterleaved } from "../../lib/models/gguf_llama.ts";
import type { Llama } from "../../lib/models/llama.ts";
import { linearName, projections } from "../../lib/models/llama_layer.ts";
import { randomLlama } from "../../lib/models/random_llama.ts";
import { tidy } from "../../lib/tensor/tidy.ts";
import { Random } from "../../lib/tensor/random.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { tinyConfig } from "../models/tiny_llama.ts";
import { withFolder } from "../temporary_folder.ts";
import { assertAllClose } from "../tensor_assertions.ts";
import { disturb } from "./disturb.ts";
import { withModel } from "./with_model.ts";

await useBackend();

/** What llama.cpp adds to a weight, alpha / r · b·a, in transformers' order of rows; null where the file has nothing. */
async function added(
  file: Gguf,
  model: Llama,
  layer: number,
  p: typeof projections[number],
): Promise<tf.Tensor2D | null> {
  const name = `blk.${layer}.${ggufNames[p]}.weight`;
  if (!file.tensors.has(`${name}.lora_a`)) return null;
  const shape = (part: string) => file.tensors.get(`${name}.${part}`)!.shape as [number, number];
  const [a, b] = [await file.read(`${name}.lora_a`), await file.read(`${name}.lora_b`)];
  const [m, r] = shape("lora_b");
  const rows = isInterleaved(p, model.config) ? halvesTogether(b, r, model.config.head_dim) : b;
  const scale = file.metadata.get("adapter.lora.alpha") as number / r;
  return tidy(() =>
    tf.mul(tf.matMul<tf.Tensor2D>(tf.tensor2d(rows, [m, r]), tf.tensor2d(a, shape("lora_a"))), scale)
  );
}

const cases: readonly AdapterOptions[] = [
  { method: "lora", rank: 3, alpha: 6 },
  { method: "lora", rank: 3, alpha: 6, rslora: true, rank_pattern: { q_proj: 2, down_proj: 5 }, layers: [1] },
  { method: "nlora", rank: 3, alpha: 6, core: "pinv" },
  { method: "inttune", rank: 3, targets: ["k_proj", "up_proj"] },
  { method: "vera", rank: 3 },
];

Deno.test("GGUF LoRA of a Qwen2 keeps the rows of queries as they are, under its own architecture", async () => {
  await withFolder(async (folder) => {
    const model = randomLlama({ ...tinyConfig, model_type: "qwen2" }, new Random(1));
    const adapter = await adapt(model, { method: "lora", rank: 2, targets: ["q_proj"] });
    disturb(adapter);
    await saveGgufLora(adapter, model, join(folder, "adapter.gguf"));
    await using file = await openGguf(join(folder, "adapter.gguf"));
    assert.equal(file.metadata.get("general.architecture"), "qwen2");
    await assertAllClose(
      adapter.modules[0]!.update.factors.B!,
      await file.read("blk.0.attn_q.weight.lora_b"),
    );
    adapter.remove();
    model.dispose();
  });
});

for (const options of cases) {
  Deno.test(`GGUF LoRA holds what ${JSON.stringify(options)} adds to each weight`, async () => {
    await withFolder(async (folder) => {
      await withModel(async (model) => {
        const given = new Map(Array.from(model.linears, ([name, { weight }]) => [name, tf.clone(weight)]));
        const adapter = await adapt(model, options);
        disturb(adapter);
        const path = join(folder, "adapter.gguf");
        await saveGgufLora(adapter, model, path);
        adapter.merge();
        await using file = await openGguf(path);
        assert.equal(file.metadata.get("general.architecture"), "llama");
        assert.equal(file.metadata.get("general.type"), "adapter");
        assert.equal(file.metadata.get("adapter.type"), "lora");
        let found = 0;
        for (let layer = 0; layer < model.config.num_hidden_layers; layer++) {
          for (const p of projections) {
            const delta = await added(file, model, layer, p);
            if (!delta) continue;
            found++;
            const { name, weight } = model.linears.get(linearName(layer, p))!;
            const expected = tf.sub(weight, given.get(name)!);
            await assertAllClose(delta, expected, { rtol: 1e-4, atol: 1e-5 });
            tf.dispose([delta, expected]);
          }
        }
        assert.deepEqual([found, file.tensors.size], [adapter.modules.length, 2 * adapter.modules.length]);
        adapter.remove();
        tf.dispose([...given.values()]);
      });
    });
  });
}

Deno.test("DoRA and full fine-tuning are refused, and nothing is written", async () => {
  await withFolder(async (folder) => {
    for (const method of ["dora", "full"]) {
      await withModel(async (model) => {
        const adapter = await adapt(model, { method, rank: 2 });
        const path = join(folder, "adapter.gguf");
        await assert.rejects(saveGgufLora(adapter, model, path), UsageError);
        assert.ok(!existsSync(path));
        adapter.remove();
      });
    }
  });
});
