import assert from "node:assert/strict";
import { adapt } from "../../lib/adapters/adapt.ts";
import { methods } from "../../lib/adapters/methods.ts";
import { bertArchitecture } from "../../lib/models/read_bert.ts";
import { debertaArchitecture } from "../../lib/models/read_deberta.ts";
import { TextClassifier } from "../../lib/models/text_classifier.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import type { TextBatch } from "../../lib/text/text_batch.ts";
import type { ModelTokenizer } from "../../lib/text/tokenizer.ts";
import { trainClassifier } from "../../lib/training/train_classifier.ts";
import type { TrainState } from "../../lib/training/train_progress.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { readGolden } from "../models/golden_encoder.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

/** A text is its ids with spaces between them. */
const numbers = (text: string) => text.split(" ").map(Number);
const tokenizer = {
  encode: numbers,
  encodeInput: (text: string) => ({ ids: [1, ...numbers(text), 2], typeIds: [] as number[] }),
} as unknown as ModelTokenizer;

/** The tiny BERT with a new head. */
async function tiny(labels: number): Promise<TextClassifier> {
  const { encoder, head } = await readGolden("bert", bertArchitecture, labels);
  return new TextClassifier("tiny", "", tokenizer, encoder, head);
}

/** Texts of two to five words; the class is whether the word 7 is among them. */
const random = new Random(2);
const texts = Array.from({ length: 8 }, (_, i) => {
  const words = Array.from({ length: 2 + i % 4 }, () => 10 + random.int(20));
  if (i % 2 === 1) words[random.int(words.length)] = 7;
  return { text: words.join(" "), target: i % 2 };
});

for (const [kind, labels] of [["a classifier", 2], ["a regression", 1]] as const) {
  Deno.test(`trainClassifier: ${kind} learns by factors and head together`, () =>
    assertNoLeak(async () => {
      const model = await tiny(labels);
      const adapter = await adapt(model, { method: "lora", rank: 2, targets: ["query", "value"] });
      const head = adapter.saved[0]!.update;
      const before = Array.from(await head.factors.delta!.data());
      const states: TrainState[] = [];
      const { status, points } = await trainClassifier(model, adapter, texts, {
        ...{ steps: 20, batch: 8, accumulation: 2, learningRate: 0.02 },
        onCheckpoint: (state) => Promise.resolve(void states.push(state)),
      });
      assert.equal(status, "done");
      assert.ok(points.at(-1)!.loss < 0.6 * points[0]!.loss, `${points[0]!.loss} → ${points.at(-1)!.loss}`);
      assert.notDeepEqual(Array.from(await head.factors.delta!.data()), before);
      assert.ok((await head.factors.bias!.data()).every((b) => b !== 0));
      assert.equal(states.at(-1)!.optimizer.first.length, adapter.trainableParameters);
      adapter.remove();
      model.dispose();
    }));
}

for (const [name, architecture] of [["bert", bertArchitecture], ["deberta", debertaArchitecture]] as const) {
  Deno.test(`trainClassifier: every method learns on a tiny ${name}, and leaves the frozen weights as they were`, () =>
    assertNoLeak(async () => {
      for (const { name: method, learningRate } of methods) {
        const { encoder, head } = await readGolden<TextBatch>(name, architecture, 2);
        const model = new TextClassifier("tiny", "", tokenizer, encoder, head);
        const linear = [...model.linears.values()][0]!;
        const given = linear.given();
        const adapter = await adapt(model, { method, rank: 2, targets: "all-linear" });
        const options = { steps: 3, batch: 8, learningRate: Math.min(50 * learningRate, 0.05) };
        const { status, points } = await trainClassifier(model, adapter, texts, options);
        assert.equal(status, "done", method);
        assert.ok(
          points.at(-1)!.loss < points[0]!.loss,
          `${method}: ${points[0]!.loss} → ${points.at(-1)!.loss}`,
        );
        adapter.remove();
        const after = linear.given();
        await assertAllClose(after, given);
        dispose([given, after]);
        model.dispose();
      }
    }));
}

Deno.test("trainClassifier: a target that is no class, or no number, is refused by its place", () =>
  assertNoLeak(async () => {
    const options = { steps: 1, learningRate: 0.1 };
    const cases: readonly [labels: number, target: number, message: RegExp][] = [
      [2, 2, /example 1 has the target 2, and this model gives a class from 0 to 1/],
      [2, 0.5, /a class from 0 to 1/],
      [1, NaN, /example 1 has the target NaN, and this model gives a number/],
    ];
    for (const [labels, target, message] of cases) {
      const model = await tiny(labels);
      const adapter = await adapt(model, { method: "lora", rank: 2, targets: ["query"] });
      assert.throws(
        () => trainClassifier(model, adapter, [texts[0]!, { text: "9", target }], options),
        (e) => e instanceof UsageError && message.test(e.message),
      );
      adapter.remove();
      model.dispose();
    }
  }));
