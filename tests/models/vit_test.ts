import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { loadImageClassifier } from "../../lib/models/load_model.ts";
import { openModelFolder } from "../../lib/models/model_folder.ts";
import { pixelBatch } from "../../lib/models/vit.ts";
import { vitConfig } from "../../lib/models/vit_config.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { compareWithTransformers, type GoldenBatch, goldenFolder } from "./golden_encoder.ts";

await useBackend();
const folder = goldenFolder("vit");
const config = vitConfig((await openModelFolder(folder)).config);

Deno.test("ViT: logits, hidden states (≤ 1e-4) and gradients (≤ 1e-3) are those of transformers and PEFT", () =>
  assertNoLeak(async () => {
    const golden = JSON.parse(readFileSync(join(folder, "golden.json"), "utf8"));
    const batches = (golden.batches as (GoldenBatch & { pixels: number[][][][] })[]).map((batch) => {
      const input = pixelBatch(config, tf.tensor4d(batch.pixels));
      return { ...batch, input, lengths: new Array(input.size).fill(input.length) };
    });
    await compareWithTransformers("vit", () => loadImageClassifier(folder), batches);
    for (const { input } of batches) input.pixels.dispose();
  }));

Deno.test("ViT: pictures of another size are refused with the size that is read", () =>
  assertNoLeak(() => {
    const pixels = tf.zeros<tf.Rank.R4>([1, 8, 8, 3]);
    assert.throws(
      () => pixelBatch(config, pixels),
      (e) =>
        e instanceof UsageError &&
        /pictures of \(8, 8, 3\) came, and this model reads \(8, 12, 3\)/.test(e.message),
    );
    dispose(pixels);
  }));
