import assert from "node:assert/strict";
import process from "node:process";
import { adapt } from "../../lib/adapters/adapt.ts";
import { disposeCache } from "../../lib/models/key_value_cache.ts";
import { randomLlama } from "../../lib/models/random_llama.ts";
import { Random } from "../../lib/tensor/random.ts";
import { hasRawOps } from "../../lib/tensor/raw_op.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { disturb } from "../adapters/disturb.ts";
import { assertAllClose, assertNoLeak, maxAbs } from "../tensor_assertions.ts";
import { tinyConfig } from "./tiny_llama.ts";

await useBackend();

Deno.test({
  name:
    "a prompt and tokens read by compiled layers give the logits that the layers give as they are (≤ 1e-5)",
  ignore: !hasRawOps(),
  async fn() {
    await assertNoLeak(async () => {
      const config = { ...tinyConfig, hidden_size: 256, intermediate_size: 9600, head_dim: 64 };
      const model = randomLlama(config, new Random(5), { deviation: 0.05 });
      const adapter = await adapt(model, { method: "slora", rank: 4 });
      disturb(adapter);
      const random = new Random(6);
      const draw = (count: number) => Int32Array.from({ length: count }, () => random.int(config.vocab_size));
      const prompt = draw(2 * 126); // padded to 128 tokens, a whole block of slots
      const tokens = Array.from({ length: 4 }, () => draw(2));
      const read = () => {
        let { logits, cache } = model.extend(prompt, { padding: [0, 30], cache: null });
        const all = [logits];
        for (const ids of tokens) {
          ({ logits, cache } = model.extend(ids, { cache }));
          all.push(logits);
        }
        const { padding, lengths, capacity } = cache;
        disposeCache(cache);
        return { all, padding, lengths, capacity };
      };
      const compiled = read();
      process.env.NLORA_COMPILE = "off";
      const asIs = read();
      delete process.env.NLORA_COMPILE;
      assert.deepEqual([compiled.padding, compiled.lengths, compiled.capacity], [[2, 32], [132, 132], 256]);
      for (const [i, logits] of compiled.all.entries()) {
        const expected = asIs.all[i]!;
        await assertAllClose(logits, expected, { rtol: 0, atol: 1e-5 * await maxAbs(expected) });
      }
      dispose([compiled.all, asIs.all]);
      adapter.remove();
      model.dispose();
    });
  },
});
