import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { generate } from "../../lib/evaluation/generate.ts";
import { homePath } from "../../lib/models/catalogue.ts";
import { loadModel } from "../../lib/models/load_model.ts";
import type { Llama } from "../../lib/models/llama.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { encodeExample, padBatch } from "../../lib/text/batches.ts";
import golden from "../golden/smollm2.json" with { type: "json" };

const backend = await useBackend();
const here = existsSync(homePath("models", "smollm2-135m-instruct.gguf"));
const skipped = here ? "" : " (skipped: the model is not here; `deno task setup` brings it)";
/** An emulated card takes a minute for one prompt, and is asked for no more. */
const slow = /llvmpipe|swiftshader/i.test(backend.device);
const slowly = slow ? " (skipped: an emulated card takes minutes for it)" : skipped;
/** On the slower backends two short prompts stand for all. */
const prompts = backend.name === "tensorflow" ? golden.prompts : golden.prompts.slice(0, slow ? 1 : 2);
let loaded: Promise<Llama> | null = null;
const smollm2 = () => loaded ??= loadModel("smollm2-135m-instruct");

Deno.test({
  name: `SmolLM2: token ids and logits are those of transformers (≤ 1e-3)${skipped}`,
  ignore: !here,
  fn: async () => {
    const model = await smollm2();
    for (const { text, ids, logits: wanted } of prompts) {
      assert.deepEqual(model.tokenizer.encode(text), ids);
      const logits = model.logits(Int32Array.from(ids), 1);
      for (const { position, top_ids, top, at_vocabulary } of wanted) {
        const row = tf.slice(logits, position, 1);
        const values = await row.data();
        row.dispose();
        top_ids.forEach((id, i) =>
          assert.ok(Math.abs(values[id]! - top[i]!) <= 1e-3, `${text}: ${values[id]}, ${top[i]}`)
        );
        golden.vocabulary.forEach((id, i) => assert.ok(Math.abs(values[id]! - at_vocabulary[i]!) <= 1e-3));
      }
      logits.dispose();
    }
  },
});

Deno.test({
  name:
    `SmolLM2: greedy continuations are those of transformers, alone and in a batch of unequal prompts${slowly}`,
  ignore: !here || slow,
  fn: async () => {
    const model = await smollm2();
    const texts = prompts.map((prompt) => prompt.text);
    const maxNewTokens = backend.name === "tensorflow" ? golden.prompts[0]!.greedy_ids.length : 3;
    const together = await generate(model, texts, { maxNewTokens });
    const [alone] = await generate(model, texts.slice(0, 1), { maxNewTokens });
    assert.deepEqual(alone!.ids, together[0]!.ids);
    prompts.forEach(({ greedy_ids }, i) => {
      const greedy = greedy_ids.slice(0, maxNewTokens);
      const end = greedy.indexOf(model.tokenizer.eosId);
      assert.deepEqual(together[i]!.ids, end < 0 ? greedy : greedy.slice(0, end), texts[i]);
    });
  },
});

Deno.test({
  name: `SmolLM2: the loss on the response tokens is that of transformers${slowly}`,
  ignore: !here || slow,
  fn: async () => {
    const model = await smollm2();
    const { prompt, response, loss: expected } = golden.loss;
    const before = tf.memory().numTensors;
    const loss = model.loss(padBatch([encodeExample(model.tokenizer, { prompt, response }, 512)]));
    const [value] = await loss.data();
    assert.ok(Math.abs(value! - expected) < 1e-3, `${value} against ${expected}`);
    dispose(loss);
    assert.equal(tf.memory().numTensors, before);
  },
});
