import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import process from "node:process";
import { generate } from "../../lib/evaluation/generate.ts";
import { homePath } from "../../lib/models/catalogue.ts";
import { loadModel } from "../../lib/models/load_model.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import golden from "../golden/greedy.json" with { type: "json" };

const backend = await useBackend();
const here = existsSync(homePath("models", "smollm2-135m-instruct.gguf"));
const fit = here && backend.name === "tensorflow";
/** NLORA_GREEDY=200 compares all; by default a few of each kind, short and long. */
const count = Number(process.env.NLORA_GREEDY ?? 8);
/** Where the two likeliest logits lie nearer to each other than this, float32 decides by chance. */
const tie = 1e-4;

const why = here ? "on the tensorflow backend alone" : "the model is not here; `deno task setup` brings it";

Deno.test({
  name: `SmolLM2 continues ${count} of 200 unequal prompts with transformers' greedy tokens${
    fit ? "" : ` (skipped: ${why})`
  }`,
  ignore: !fit,
  async fn() {
    const { prompts, new_tokens } = golden;
    const places = prompts.keys().filter((i) =>
      Math.floor((i + 1) * count / 200) > Math.floor(i * count / 200)
    );
    const chosen = places.map((i) => prompts[i]!).toArray();
    assert.equal(chosen.length, count);
    const model = await loadModel("smollm2-135m-instruct");
    const { tokenizer } = model;
    chosen.forEach(({ text, tokens }) => assert.equal(tokenizer.encode(text).length, tokens));
    const completions = await generate(model, chosen.map(({ text }) => text), {
      ...{ maxNewTokens: new_tokens, batch: Math.max(4, count / 8) },
    });
    const ties: string[] = [];
    completions.forEach(({ ids, finish }, i) => {
      const { text, ids: wanted, close } = chosen[i]!;
      const given = finish === "eos" ? [...ids, tokenizer.eosId] : ids;
      const at = wanted.findIndex((id, place) => given[place] !== id);
      if (at < 0) return assert.equal(given.length, wanted.length, text);
      const near = close.find(([place, gap, second]) => place === at && gap! < tie && second === given[at]);
      assert.ok(near, `${text}: token ${at} is ${given[at]}, expected ${wanted[at]}`);
      ties.push(`${JSON.stringify(text)}, token ${at}: transformers' logits differ by ${near[1]}`);
    });
    if (ties.length > 0) console.log(`ties that fell otherwise:\n${ties.join("\n")}`);
    model.dispose();
  },
});
