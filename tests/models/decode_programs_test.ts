import assert from "node:assert/strict";
import process from "node:process";
import { adapt } from "../../lib/adapters/adapt.ts";
import { disposeCache } from "../../lib/models/key_value_cache.ts";
import { randomLlama } from "../../lib/models/random_llama.ts";
import { compilations } from "../../lib/tensor/compile.ts";
import { Random } from "../../lib/tensor/random.ts";
import { hasRawOps } from "../../lib/tensor/raw_op.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { disturb } from "../adapters/disturb.ts";
import { assertAllClose, assertNoLeak, maxAbs } from "../tensor_assertions.ts";
import { tinyConfig } from "./tiny_llama.ts";

await useBackend();
/** A layer of 7.9 million weights. */
const wide = { ...tinyConfig, hidden_size: 256, intermediate_size: 9600, head_dim: 64 };

Deno.test({
  name:
    "a prompt and tokens read by compiled layers give the logits that the layers give as they are (≤ 1e-5)",
  ignore: !hasRawOps(),
  async fn() {
    await assertNoLeak(async () => {
      const model = randomLlama(wide, new Random(5), { deviation: 0.05 });
      const adapter = await adapt(model, { method: "slora", rank: 4 });
      disturb(adapter);
      const random = new Random(6);
      const draw = (count: number) => Int32Array.from({ length: count }, () => random.int(wide.vocab_size));
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

Deno.test({
  name: "prompts of a middling size are compiled when their shape, in blocks of 32 tokens, comes again",
  ignore: !hasRawOps(),
  async fn() {
    await assertNoLeak(async () => {
      const model = randomLlama({ ...wide, num_hidden_layers: 1 }, new Random(5), { deviation: 0.05 });
      const read = (length: number) => {
        const before = compilations().programs;
        const ids = Int32Array.from({ length: 3 * length }, (_, i) => i % wide.vocab_size);
        const { logits, cache } = model.extend(ids, { padding: [0, 1, 9], cache: null });
        assert.deepEqual(cache.lengths, [64, 64, 64]);
        disposeCache(cache);
        return { logits, programs: compilations().programs - before };
      };
      const [first, shorter, again, once] = [read(50), read(40), read(50), read(64)];
      // The first call compiles the logits' program alone.
      assert.deepEqual([first, shorter, again, once].map(({ programs }) => programs), [1, 1, 0, 0]);
      await assertAllClose(again.logits, first.logits, { rtol: 0, atol: 1e-5 * await maxAbs(first.logits) });
      dispose([first, shorter, again, once].map(({ logits }) => logits));
      model.dispose();
    });
  },
});
