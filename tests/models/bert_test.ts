import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import { bertArchitecture, robertaArchitecture } from "../../lib/models/read_bert.ts";
import type { EncoderArchitecture } from "../../lib/models/encoder_architecture.ts";
import type { PassOptions } from "../../lib/models/loss_and_gradients.ts";
import { type Labelled, SequenceClassifier } from "../../lib/models/sequence_classifier.ts";
import { compilations } from "../../lib/tensor/compile.ts";
import { Random } from "../../lib/tensor/random.ts";
import { hasRawOps } from "../../lib/tensor/raw_op.ts";
import { leaves } from "../../lib/tensor/tensor_tree.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { padTexts, type TextBatch } from "../../lib/text/text_batch.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { disturb } from "../adapters/disturb.ts";
import { assertAllClose, assertNoLeak, maxAbs } from "../tensor_assertions.ts";
import { compareWithTransformers, type GoldenBatch, goldenFolder, readGolden } from "./golden_encoder.ts";

await useBackend();

async function load(name: string, architecture: EncoderArchitecture<TextBatch>, labels: number) {
  const { encoder, head } = await readGolden(name, architecture, labels);
  return new SequenceClassifier(name, "", encoder, head.layers, head.trained);
}

type GoldenText = GoldenBatch & { ids: number[][]; types: number[][]; lengths: number[] };

function goldenBatches(name: string) {
  const golden = JSON.parse(readFileSync(join(goldenFolder(name), "golden.json"), "utf8"));
  return (golden.batches as GoldenText[]).map((batch) => {
    const texts = batch.lengths.map((length, i) => ({
      ids: batch.ids[i]!.slice(0, length),
      typeIds: batch.types[i]!.slice(0, length),
    }));
    return { ...batch, input: padTexts(texts) };
  });
}

Deno.test("BERT: logits, hidden states (≤ 1e-4) and gradients (≤ 1e-3) are those of transformers and PEFT", () =>
  compareWithTransformers("bert", () => load("bert", bertArchitecture, 3), goldenBatches("bert")));

Deno.test("RoBERTa: logits, hidden states (≤ 1e-4) and gradients (≤ 1e-3) are those of transformers and PEFT", () =>
  compareWithTransformers(
    "roberta",
    () => load("roberta", robertaArchitecture, 1),
    goldenBatches("roberta"),
  ));

/** Loss and all gradients of one step, as one vector each. */
function step(model: SequenceClassifier<TextBatch>, batch: Labelled<TextBatch>, options: PassOptions = {}) {
  const { loss, gradients } = model.lossAndGradients(batch, undefined, options);
  const flat = tidy(() => tf.concat(leaves([...gradients.values()]).map((part) => tf.reshape(part, [-1]))));
  dispose([...gradients.values()]);
  return { loss, flat };
}

Deno.test({
  name: "BERT: a compiled step gives the loss and the gradients of one that is not compiled (≤ 1e-4)",
  ignore: !hasRawOps(),
  fn: () =>
    assertNoLeak(async () => {
      const model = await load("bert", bertArchitecture, 3);
      const adapter = await adapt(model, { method: "nlora", rank: 2 });
      disturb(adapter);
      const random = new Random(3);
      const texts = Array.from({ length: 2600 }, (_, i) => ({
        ids: Array.from({ length: 24 - i % 5 }, () => random.int(40)),
      }));
      const batch = { ...padTexts(texts), targets: texts.map((_, i) => i % 3) };
      const before = compilations().programs;
      const compiled = step(model, batch);
      assert.equal(compilations().programs, before + 2);
      process.env.NLORA_COMPILE = "off";
      const asIs = step(model, batch);
      delete process.env.NLORA_COMPILE;
      await assertAllClose(compiled.loss, asIs.loss, { rtol: 1e-4, atol: 0 });
      await assertAllClose(compiled.flat, asIs.flat, { rtol: 0, atol: 1e-4 * await maxAbs(asIs.flat) });
      dispose([compiled, asIs]);
      adapter.remove();
      model.dispose();
    }),
});

Deno.test({
  name: "BERT: in mixed precision loss and gradient are near those of float32 (≤ 5 %), and are not the same",
  ignore: !hasRawOps(),
  fn: () =>
    assertNoLeak(async () => {
      const model = await load("bert", bertArchitecture, 3);
      const adapter = await adapt(model, { method: "nlora", rank: 2 });
      disturb(adapter);
      const batch = { ...padTexts([{ ids: [3, 1, 4, 1] }, { ids: [5, 9] }]), targets: [0, 2] };
      const [exact, mixed] = [step(model, batch), step(model, batch, { precision: "bfloat16" })];
      for (const part of ["loss", "flat"] as const) {
        const error = tidy(() => tf.div(tf.norm(tf.sub(mixed[part], exact[part])), tf.norm(exact[part])));
        const [value] = await error.data();
        assert.ok(value! > 0 && value! <= 0.05, `${part}: relative error ${value}`);
        error.dispose();
      }
      dispose([exact, mixed]);
      adapter.remove();
      model.dispose();
    }),
});

Deno.test("BERT: a text longer than the table of positions is refused with the length that fits", () =>
  assertNoLeak(async () => {
    const model = await load("bert", bertArchitecture, 3);
    const batch = padTexts([{ ids: new Array(25).fill(3) }]);
    for (const run of [() => model.logits(batch), () => model.lossAndGradients({ ...batch, targets: [0] })]) {
      assert.throws(
        run,
        (e) => e instanceof UsageError && /25 tokens is too long .* cut it at 24/.test(e.message),
      );
    }
    model.dispose();
  }));

Deno.test("BERT: parameters counts every weight once", () =>
  assertNoLeak(async () => {
    const model = await load("bert", bertArchitecture, 3);
    const layer = 4 * (16 * 16 + 16) + 2 * 16 * 24 + 24 + 16 + 4 * 16;
    const tables = (40 + 24 + 2) * 16 + 2 * 16;
    assert.equal(model.parameters, tables + 2 * layer + (16 * 16 + 16) + (3 * 16 + 3));
    model.dispose();
  }));
