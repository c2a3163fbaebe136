import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { adapt } from "../../lib/adapters/adapt.ts";
import { homePath } from "../../lib/models/catalogue.ts";
import { loadClassifier, loadEncoder } from "../../lib/models/load_model.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { cutInput } from "../../lib/text/cut_input.ts";
import golden from "../golden/minilm.json" with { type: "json" };
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";

const backend = await useBackend();
const here = existsSync(homePath("models", "minilm-l6"));
const skipped = here ? "" : " (skipped: the model is not here; `deno task setup` brings it)";
/** On the slower backends a few sentences stand for all, on an emulated card one. */
const slow = /llvmpipe|swiftshader/i.test(backend.device);
const examples = golden.examples.slice(0, backend.name === "tensorflow" ? undefined : slow ? 1 : 4);

Deno.test({
  name: `MiniLM: token ids and sentence embeddings are those of transformers (≤ 1e-4)${skipped}`,
  ignore: !here,
  fn: () =>
    assertNoLeak(async () => {
      const model = await loadEncoder("minilm-l6");
      for (const { text, ids } of examples) {
        assert.deepEqual(cutInput(model.tokenizer, golden.length, text).ids, ids, text);
      }
      const embeddings = model.embed(examples.map(({ text }) => text), golden.length);
      const expected = examples.flatMap(({ embedding }) => embedding);
      await assertAllClose(embeddings, expected, { rtol: 0, atol: 1e-4 });
      embeddings.dispose();
      model.dispose();
    }),
});

Deno.test({
  name: `MiniLM: with a new head every logit is 0 until an adapter draws it${skipped}`,
  ignore: !here || slow,
  fn: () =>
    assertNoLeak(async () => {
      const model = await loadClassifier("minilm-l6", { labels: 3 });
      const { tokenizer, head } = model;
      assert.deepEqual([...head.keys()], ["classifier"]);
      const example = model.encode({ text: "Two texts", pair: "are judged together", target: 1 });
      assert.deepEqual(example.ids, tokenizer.encodeInput("Two texts", "are judged together").ids);
      assert.deepEqual(example.typeIds, [0, 0, 0, 0, 1, 1, 1, 1]);
      const batch = model.batch([example]);
      const before = model.logits(batch);
      await assertAllClose(before, [0, 0, 0], { rtol: 0, atol: 0 });
      const adapter = await adapt(model, { method: "nlora", rank: 4, targets: ["query", "value"] });
      const [after, loss] = [model.logits(batch), model.loss(batch)];
      const logits = Array.from(await after.data());
      assert.ok(logits.some((logit) => logit !== 0));
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      await assertAllClose(loss, [Math.log(total) - logits[1]!], { rtol: 1e-4 });
      dispose([before, after, loss]);
      adapter.remove();
      model.dispose();
    }),
});
