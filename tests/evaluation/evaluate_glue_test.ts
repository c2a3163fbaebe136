import assert from "node:assert/strict";
import { join } from "node:path";
import { classify } from "../../lib/evaluation/classify.ts";
import { evaluateGlue, type JudgedText, scoreGlue } from "../../lib/evaluation/evaluate_glue.ts";
import { findGlueTask, type GlueExample } from "../../lib/evaluation/glue.ts";
import { openJsonLinesLog } from "../../lib/formats/json_lines_log.ts";
import { loadClassifier } from "../../lib/models/load_model.ts";
import type { TextClassifier } from "../../lib/models/text_classifier.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { tinyBert } from "../models/tiny_bert.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { withFolder } from "../temporary_folder.ts";

await useBackend();

const mnli = findGlueTask("glue/mnli")!;

/** Seven examples of different lengths in two splits. */
const examples: GlueExample[] = Array.from({ length: 7 }, (_, i) => ({
  id: `glue/mnli/${i}`,
  split: i < 4 ? "validation_matched" : "validation_mismatched",
  text: "a b c d e f g h".slice(0, 1 + 2 * (i * 3 % 7)),
  pair: "xyz012"[i % 6]!,
  target: i % 3,
}));

/** The tiny BERT with its own head of three classes. */
const withModel = (use: (model: TextClassifier, folder: string) => Promise<void>) =>
  withFolder((folder) =>
    assertNoLeak(async () => {
      const model = await loadClassifier(await tinyBert(folder), { labels: 3 });
      await use(model, folder);
      model.dispose();
    })
  );

Deno.test("classify: the logits of each text by itself, in the order given, whatever the batch", () =>
  withModel(async (model) => {
    const whole = await classify(model, examples, { batch: 3 });
    for (const [i, example] of examples.entries()) {
      const [alone] = await classify(model, [example]);
      whole[i]!.forEach((logit, j) => assert.ok(Math.abs(logit - alone![j]!) < 1e-4));
    }
    assert.ok(whole.some((logits) => logits![0] !== whole[0]![0]));
  }));

Deno.test("classify: an interrupt leaves out what was not reached", () =>
  withModel(async (model) => {
    const controller = new AbortController();
    const outputs = await classify(model, examples, {
      ...{ batch: 2, signal: controller.signal },
      onExample: () => controller.abort(),
    });
    assert.equal(outputs.filter((logits) => logits === null).length, 5);
  }));

Deno.test("evaluateGlue: the class of the largest logit, matched and mismatched apart and together", () =>
  withModel(async (model) => {
    const { metric, value, n, splits, examples: lines } = await evaluateGlue(model, mnli, examples);
    assert.deepEqual([metric, n], ["accuracy", 7]);
    const outputs = await classify(model, examples);
    const right = examples.map(({ target }, i) => outputs[i]!.indexOf(Math.max(...outputs[i]!)) === target);
    const share = (list: boolean[]) => list.filter(Boolean).length / list.length;
    assert.equal(value, share(right));
    assert.deepEqual(splits, {
      validation_matched: share(right.slice(0, 4)),
      validation_mismatched: share(right.slice(4)),
    });
    assert.deepEqual(lines.map(({ id }) => id), examples.map(({ id }) => id));
    const names = ["entailment", "neutral", "contradiction"];
    for (const [i, { prompt, output, extracted, gold, correct }] of lines.entries()) {
      const { text, pair, target } = examples[i]!;
      assert.deepEqual([prompt, gold, correct], [`${text}\n${pair}`, String(target), right[i]]);
      assert.equal(extracted, names[Number(output)]);
    }
  }));

Deno.test("evaluateGlue: goes on after the lines that are there, and gives what a whole evaluation gives", () =>
  withModel(async (model, folder) => {
    const path = join(folder, "examples.jsonl");
    const controller = new AbortController();
    const first = await openJsonLinesLog<JudgedText>(path, {}, false);
    const part = await evaluateGlue(model, mnli, examples, {
      ...{ log: first, batch: 3, signal: controller.signal },
      onExample: () => controller.abort(),
    });
    await first.close(false);
    assert.equal(part.n, 3);
    const second = await openJsonLinesLog<JudgedText>(path, {}, true);
    const told: number[][] = [];
    const rest = await evaluateGlue(model, mnli, examples, {
      ...{ log: second, batch: 3 },
      onExample: (done, total) => told.push([done, total]),
    });
    await second.close(true);
    assert.deepEqual(told, [[6, 7], [7, 7]]);
    assert.deepEqual(rest, await evaluateGlue(model, mnli, examples, { batch: 3 }));
    assert.equal((await Deno.readTextFile(path)).trim().split("\n").length, 7);
  }));

Deno.test("scoreGlue: both metrics of a task; a correlation with constants is not defined", () => {
  const predictions = [[1, 1], [1, 0], [0, 0], [0, 0]].map(([prediction, target]) => ({
    ...{ split: "validation", prediction: prediction!, target: target! },
  }));
  const { value, metrics, splits } = scoreGlue(findGlueTask("glue/mrpc")!, predictions);
  assert.deepEqual([value, metrics, splits], [0.75, { accuracy: 0.75, f1: 2 / 3 }, undefined]);
  const constant = predictions.map((one) => ({ ...one, prediction: 2.5 }));
  assert.ok(Number.isNaN(scoreGlue(findGlueTask("glue/stsb")!, constant).value));
});
