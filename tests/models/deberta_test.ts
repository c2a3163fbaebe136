import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import { loadClassifier } from "../../lib/models/load_model.ts";
import type { FactorName } from "../../lib/nn/factors.ts";
import { hasRawOps } from "../../lib/tensor/raw_op.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { padTexts } from "../../lib/text/text_batch.ts";
import { disturb } from "../adapters/disturb.ts";
import { assertAllClose, assertGradient, assertNoLeak, maxAbs } from "../tensor_assertions.ts";
import { compareWithTransformers, type GoldenBatch, goldenFolder } from "./golden_encoder.ts";
import { randomDeberta } from "./random_deberta.ts";

await useBackend();
const tiny = {
  vocab_size: 19,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  layer_norm_eps: 1e-7,
  hidden_act: "gelu" as const,
  norm_rel_ebd: true,
  buckets: { buckets: 4, maxDistance: 8 },
};
const texts = [{ ids: [3, 1, 4, 1, 5, 9, 2] }, { ids: [6, 5, 3] }];

type GoldenTexts = GoldenBatch & { texts: [string, string | null][]; ids: number[][]; lengths: number[] };

for (const name of ["deberta", "deberta_regression"]) {
  Deno.test(`${name}: ids, logits, hidden states (≤ 1e-4) and gradients (≤ 1e-3) are those of transformers and PEFT`, async () => {
    const model = await loadClassifier(goldenFolder(name));
    const golden = JSON.parse(await readFile(join(goldenFolder(name), "golden.json"), "utf8"));
    const batches = (golden.batches as GoldenTexts[]).map((batch) => {
      const input = padTexts(
        batch.texts.map(([text, pair]) => model.encode({ text, ...pair !== null && { pair }, target: 0 })),
      );
      assert.deepEqual([...input.ids], batch.ids.flat());
      return { ...batch, input };
    });
    model.dispose();
    await compareWithTransformers(name, () => loadClassifier(goldenFolder(name)), batches);
  });
}

Deno.test("DeBERTa: a text gives the same logits alone and beside a longer one", () =>
  assertNoLeak(async () => {
    const model = randomDeberta(tiny, 0.4);
    const together = model.logits(padTexts(texts, 4));
    for (const [row, text] of texts.entries()) {
      const [alone, expected] = [model.logits(padTexts([text])), tf.slice(together, row, 1)];
      await assertAllClose(alone, expected, { rtol: 1e-4, atol: 1e-5 });
      dispose([alone, expected]);
    }
    together.dispose();
    model.dispose();
  }));

Deno.test("DeBERTa: factors learn from tokens and positions alike, which share their maps: finite differences", () =>
  assertNoLeak(async () => {
    const model = randomDeberta(tiny, 0.4);
    const adapter = await adapt(model, { method: "slora", rank: 2, targets: ["query_proj", "key_proj"] });
    disturb(adapter);
    const batch = { ...padTexts(texts), targets: [1, 0] };
    const { loss, gradients } = model.lossAndGradients(batch);
    for (const { linear, factor, value } of adapter.parameters.filter(({ factor }) => factor === "N")) {
      const update = linear.update!;
      const kept = update.factors;
      await assertGradient(value, gradients.get(linear.name)![factor]!, async (changed) => {
        update.factors = { ...kept, N: changed as tf.Tensor2D };
        const loss = model.loss(batch);
        const [value] = await loss.data();
        loss.dispose();
        return value!;
      });
      update.factors = kept;
    }
    dispose([loss, [...gradients.values()]]);
    adapter.remove();
    model.dispose();
  }));

Deno.test("DeBERTa: parameters counts every weight once", () => {
  const model = randomDeberta(tiny);
  const layer = 4 * (8 * 8 + 8) + (8 * 12 + 12) + (12 * 8 + 8) + 4 * 8;
  assert.equal(model.parameters, 19 * 8 + 8 * 8 + 4 * 8 + 2 * layer + (8 * 8 + 8) + (2 * 8 + 2));
  model.dispose();
});

Deno.test({
  name: "DeBERTa: a compiled step gives what one that is not compiled gives (≤ 1e-5 of the largest)",
  ignore: !hasRawOps(),
  fn: () =>
    assertNoLeak(async () => {
      const model = randomDeberta({
        ...tiny,
        hidden_size: 128,
        intermediate_size: 512,
        num_attention_heads: 4,
      });
      const adapter = await adapt(model, { method: "lora", rank: 4 });
      disturb(adapter);
      const ids = Array.from({ length: 300 }, (_, i) => (i * i + 3) % tiny.vocab_size);
      const batch = { ...padTexts([{ ids }, { ids: ids.slice(40) }]), targets: [0, 1] };
      const step = () => model.lossAndGradients(batch);
      const compiled = step();
      process.env.NLORA_COMPILE = "off";
      const asIs = step();
      delete process.env.NLORA_COMPILE;
      await assertAllClose(compiled.loss, asIs.loss, { rtol: 1e-5, atol: 0 });
      for (const [name, factors] of asIs.gradients) {
        for (const [factor, gradient] of Object.entries(factors)) {
          const given = compiled.gradients.get(name)![factor as FactorName]!;
          await assertAllClose(given, gradient, { rtol: 0, atol: 1e-5 * await maxAbs(gradient) });
        }
      }
      for (const { loss, gradients } of [compiled, asIs]) dispose([loss, [...gradients.values()]]);
      adapter.remove();
      model.dispose();
    }),
});
