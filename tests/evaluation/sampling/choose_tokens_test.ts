import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import {
  checkSampling,
  chooseTokens,
  type SamplingOptions,
} from "../../../lib/evaluation/sampling/choose_tokens.ts";
import { divideByTemperature } from "../../../lib/evaluation/sampling/divide_by_temperature.ts";
import { keepTopK } from "../../../lib/evaluation/sampling/keep_top_k.ts";
import { keepTopP } from "../../../lib/evaluation/sampling/keep_top_p.ts";
import { repetitionPenalty } from "../../../lib/evaluation/sampling/repetition_penalty.ts";
import { Random } from "../../../lib/tensor/random.ts";
import { useBackend } from "../../../lib/tensor/use_backend.ts";
import { UsageError } from "../../../lib/usage_error.ts";
import golden from "../../golden/logits_processors.json" with { type: "json" };
import { assertNoLeak } from "../../tensor_assertions.ts";

await useBackend();

Deno.test("each step of sampling, and all in their order, leave the scores that transformers' processors leave", () => {
  for (const { settings, result } of golden.cases) {
    const scores = Float32Array.from(golden.scores);
    const { repetitionPenalty: penalty, temperature, topK, topP } = settings as SamplingOptions;
    if (penalty !== undefined) repetitionPenalty(scores, new Set(golden.seen), penalty);
    if (temperature !== undefined) divideByTemperature(scores, temperature);
    if (topK !== undefined) keepTopK(scores, topK);
    if (topP !== undefined) keepTopP(scores, topP);
    result.forEach((wanted, id) => {
      const words = `${JSON.stringify(settings)}, token ${id}: ${scores[id]}, ${wanted}`;
      if (wanted === null) assert.equal(scores[id], -Infinity, words);
      else assert.ok(Math.abs(scores[id]! - wanted) <= 1e-6 * Math.abs(wanted), words);
    });
  }
});

Deno.test("chooseTokens: draws only what the settings leave, and all of it; the penalty counts for greedy too", async () => {
  await assertNoLeak(async () => {
    const many = 200;
    const logits = tf.tensor2d(new Array(many).fill(golden.scores));
    const chosen = async (options: SamplingOptions) => {
      const random = new Random(5);
      const sequences = Array.from({ length: many }, () => ({ random, seen: new Set(golden.seen) }));
      const ids = await chooseTokens(logits, sequences, options);
      return [...new Set(Array.from(ids))].sort((a, b) => a - b);
    };
    const best = golden.scores.indexOf(Math.max(...golden.scores));
    assert.deepEqual(await chosen({}), [best]);
    assert.deepEqual(await chosen({ temperature: 1, topK: 1 }), [best]);
    assert.deepEqual(await chosen({ temperature: 1, topP: 1e-6 }), [best]);
    const second = golden.scores.indexOf(golden.scores.toSorted((a, b) => b - a)[1]!);
    assert.deepEqual(await chosen({ repetitionPenalty: 100 }), [second]);
    assert.ok(!golden.seen.includes(second));

    const settings = { repetitionPenalty: 1.2, temperature: 0.6, topK: 12, topP: 0.9 };
    const { result } = golden.cases.find((c) => JSON.stringify(c.settings) === JSON.stringify(settings))!;
    const left = [...result.keys()].filter((id) => result[id] !== null);
    assert.deepEqual(await chosen(settings), left);
    logits.dispose();
  });
});

Deno.test("checkSampling refuses settings that mean nothing, with the mend", () => {
  const refused = (options: SamplingOptions, words: RegExp) =>
    assert.throws(() => checkSampling(options), (e) => e instanceof UsageError && words.test(e.message));
  refused({ temperature: -1 }, /temperature -1 .* give 0 for greedy/);
  refused({ temperature: NaN }, /temperature NaN/);
  refused({ temperature: 1, topK: 0 }, /top-k 0 is not a whole number from 1; leave it out/);
  refused({ temperature: 1, topK: 1.5 }, /top-k 1\.5/);
  refused({ temperature: 1, topP: 0 }, /top-p 0 is not .* up to 1/);
  refused({ temperature: 1, topP: 1.1 }, /top-p 1\.1/);
  refused({ repetitionPenalty: 0 }, /repetition penalty 0 .* give 1 for none/);
  refused({ topK: 5 }, /give a temperature above 0/);
  checkSampling({ temperature: 0.7, topK: 1, topP: 1, repetitionPenalty: 1.1 });
});
