import assert from "node:assert/strict";
import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import { disposeCache, keepSequences, replaceSequences } from "../../lib/models/key_value_cache.ts";
import { randomLlama } from "../../lib/models/random_llama.ts";
import { Random } from "../../lib/tensor/random.ts";
import { hasRawOps } from "../../lib/tensor/raw_op.ts";
import { leaves } from "../../lib/tensor/tensor_tree.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { padBatch } from "../../lib/text/batches.ts";
import { packBatch } from "../../lib/text/pack_batch.ts";
import { assertAllClose, assertGradient, assertNoLeak, maxAbs } from "../tensor_assertions.ts";
import { disturb } from "../adapters/disturb.ts";
import { tinyConfig, tinyLlama } from "./tiny_llama.ts";

await useBackend();
const short = { ids: [3, 1, 4, 1], promptLength: 2 };
const long = { ids: [5, 9, 2, 6, 5, 3, 7], promptLength: 3 };

async function lossOf(
  model: ReturnType<typeof tinyLlama>,
  batch: ReturnType<typeof padBatch>,
): Promise<number> {
  const loss = model.loss(batch);
  const [value] = await loss.data();
  loss.dispose();
  return value!;
}

Deno.test("Llama: the loss of a padded batch is the mean over the targets of its sequences alone", async () => {
  await assertNoLeak(async () => {
    const model = tinyLlama();
    const together = await lossOf(model, padBatch([short, long]));
    const [a, b] = [await lossOf(model, padBatch([short])), await lossOf(model, padBatch([long]))];
    assert.ok(Math.abs(together - (2 * a + 4 * b) / 6) < 1e-5, `${together} against ${a} and ${b}`);
    model.dispose();
  });
});

Deno.test("Llama: examples that share a row give the loss and the gradients of rows of their own (≤ 1e-5)", async () => {
  await assertNoLeak(async () => {
    const model = tinyLlama();
    const adapter = await adapt(model, { method: "slora", rank: 2 });
    disturb(adapter);
    const examples = [short, long, { ids: [8, 8, 2], promptLength: 1 }];
    const [packed, padded] = [packBatch(examples, 16, 4), padBatch(examples)];
    assert.deepEqual([packed.size, packed.length], [2, 8]);
    assert.ok(Math.abs(await lossOf(model, packed) - await lossOf(model, padded)) <= 1e-5);
    const [one, rows] = [model.lossAndGradients(packed), model.lossAndGradients(padded)];
    await assertAllClose(one.loss, rows.loss, { rtol: 0, atol: 1e-5 });
    for (const [name, { A, N, B }] of rows.gradients) {
      for (const [factor, expected] of Object.entries({ A, N, B })) {
        await assertAllClose(one.gradients.get(name)![factor as "A"]!, expected!, { rtol: 1e-3, atol: 1e-5 });
      }
    }
    for (const { loss, gradients } of [one, rows]) dispose([loss, [...gradients.values()]]);
    adapter.remove();
    model.dispose();
  });
});

Deno.test("Llama: gradients of all factors through the whole model are those of finite differences", async () => {
  await assertNoLeak(async () => {
    const model = tinyLlama();
    const adapter = await adapt(model, { method: "nlora", rank: 2, alpha: 3 });
    const batch = padBatch([short, long]);
    const { loss, gradients } = model.lossAndGradients(batch);
    assert.ok(Math.abs((await loss.data())[0]! - await lossOf(model, batch)) < 1e-5);
    for (const { linear, factor, value, name } of adapter.parameters) {
      if (factor !== "N") continue; // N lies between the others: its gradient needs both of their passes
      const update = linear.update!;
      const kept = update.factors;
      await assertGradient(value, gradients.get(linear.name)![factor]!, async (changed) => {
        update.factors = { ...kept, [factor]: changed as tf.Tensor2D };
        return await lossOf(model, batch);
      }, { step: 3e-2, rtol: 3e-2, atol: 2e-3 }).catch((error) => {
        throw new Error(`${name}: ${error.message}`);
      });
      update.factors = kept;
    }
    dispose([loss, [...gradients.values()]]);
    adapter.remove();
    model.dispose();
  });
});

Deno.test("Llama: weights sum over forward passes, so that accumulation gives the gradient of the whole batch", async () => {
  await assertNoLeak(async () => {
    const model = tinyLlama();
    const adapter = await adapt(model, { method: "slora", rank: 2 });
    const whole = model.lossAndGradients(padBatch([short, long]), 1 / 6);
    const parts = [short, long].map((example) => model.lossAndGradients(padBatch([example]), 1 / 6));
    for (const [name, { B }] of whole.gradients) {
      const sum = tf.add(parts[0]!.gradients.get(name)!.B!, parts[1]!.gradients.get(name)!.B!);
      await assertAllClose(B!, sum, { rtol: 1e-3, atol: 1e-5 });
      sum.dispose();
    }
    for (const { loss, gradients } of [whole, ...parts]) dispose([loss, [...gradients.values()]]);
    adapter.remove();
    model.dispose();
  });
});

Deno.test("Llama: reading token by token with a cache and left padding gives the logits of each sequence alone", async () => {
  await assertNoLeak(async () => {
    const model = tinyLlama();
    const [a, b] = [[3, 1, 4, 1, 5], [9, 2, 6]];
    let { logits, cache } = model.extend(Int32Array.from([3, 1, 4, 0, 0, 9]), {
      padding: [0, 2],
      cache: null,
    });
    logits.dispose();
    for (const next of [[1, 2], [5, 6]]) {
      ({ logits, cache } = model.extend(Int32Array.from(next), { cache }));
      if (next[0] === 1) logits.dispose();
    }
    for (const [row, ids] of [a, b].entries()) {
      const alone = model.logits(Int32Array.from(ids), 1);
      const [last, expected] = [tf.slice(logits, row, 1), tf.slice(alone, ids.length - 1, 1)];
      await assertAllClose(last, expected, { rtol: 1e-3, atol: 1e-4 });
      dispose([alone, last, expected]);
    }
    logits.dispose();

    cache = keepSequences(cache, [1]);
    assert.deepEqual(cache.padding, [2]);
    const kept = model.extend(Int32Array.from([8]), { cache });
    const alone = model.logits(Int32Array.from([...b, 8]), 1);
    const expected = tf.slice(alone, b.length, 1);
    await assertAllClose(kept.logits, expected, { rtol: 1e-3, atol: 1e-4 });
    disposeCache(kept.cache);
    dispose([kept.logits, alone, expected]);
    model.dispose();
  });
});

Deno.test("Llama: a sequence in the row of another one gets the logits that it gets alone, and so do its neighbours", async () => {
  await assertNoLeak(async () => {
    const model = tinyLlama();
    const read = (ids: number[], padding: number[]) => {
      const { logits, cache } = model.extend(Int32Array.from(ids), { padding, cache: null });
      logits.dispose();
      return cache;
    };
    let cache = read([3, 1, 4, 1, 5, 0, 0, 0, 9, 2], [0, 3]);
    cache = replaceSequences(cache, [0], read([0, 6, 5], [1]));
    for (const [next, texts] of [[[7, 8], [[6, 5, 7], [9, 2, 8]]], [[1, 4], [[6, 5, 7, 1], [9, 2, 8, 4]]]]) {
      const extended = model.extend(Int32Array.from(next as number[]), { cache });
      cache = extended.cache;
      for (const [row, ids] of (texts as number[][]).entries()) {
        const alone = model.logits(Int32Array.from(ids), 1);
        const [last, expected] = [
          tf.slice(extended.logits, row, 1),
          tf.slice(alone, ids.length - 1, 1),
        ];
        await assertAllClose(last, expected, { rtol: 1e-3, atol: 1e-4 });
        dispose([alone, last, expected]);
      }
      extended.logits.dispose();
    }
    disposeCache(cache);
    model.dispose();
  });
});

Deno.test("Llama: a token changes no logits before it", async () => {
  await assertNoLeak(async () => {
    const model = tinyLlama();
    const [a, b] = [
      model.logits(Int32Array.from([1, 2, 3, 4]), 1),
      model.logits(Int32Array.from([1, 2, 3, 9]), 1),
    ];
    const [before, expected] = [tf.slice(a, 0, 3), tf.slice(b, 0, 3)];
    await assertAllClose(before, expected);
    dispose([a, b, before, expected]);
    model.dispose();
  });
});

Deno.test("Llama: parameters counts every weight once", () => {
  const model = tinyLlama();
  const layer = 2 * 16 * 12 + 2 * 8 * 12 + 3 * 20 * 12 + 2 * 12;
  assert.equal(model.parameters, 23 * 12 + 2 * layer + 12);
  model.dispose();
});

Deno.test("Llama: what is made anew on the way back gives the same gradients as what was kept", async () => {
  await assertNoLeak(async () => {
    const model = tinyLlama(2);
    const adapter = await adapt(model, { method: "slora", rank: 2 });
    const batch = padBatch([short, long]);
    const kept = model.lossAndGradients(batch);
    const anew = model.lossAndGradients(batch, undefined, { recompute: true });
    await assertAllClose(anew.loss, kept.loss);
    for (const [name, gradients] of kept.gradients) {
      for (const factor of ["A", "N", "B"] as const) {
        await assertAllClose(anew.gradients.get(name)![factor]!, gradients[factor]!, {
          rtol: 1e-4,
          atol: 1e-6,
        });
      }
    }
    for (const { loss, gradients } of [kept, anew]) dispose([loss, [...gradients.values()]]);
    adapter.remove();
    model.dispose();
  });
});

Deno.test({
  name:
    "Llama: a compiled step gives the loss and the gradients of one that is not compiled (≤ 1e-5 of the largest)",
  ignore: !hasRawOps(),
  async fn() {
    await assertNoLeak(async () => {
      const config = { ...tinyConfig, hidden_size: 128, intermediate_size: 512, head_dim: 32 };
      const model = randomLlama(config, new Random(5), { deviation: 0.1 });
      const random = new Random(6);
      const ids = Array.from({ length: 230 }, () => random.int(config.vocab_size));
      const batch = padBatch([{ ids, promptLength: 20 }, { ids: ids.slice(7), promptLength: 3 }]);
      for (const method of ["slora", "inttune", "dora"]) {
        const adapter = await adapt(model, { method, rank: 8 });
        disturb(adapter);
        const step = (recompute: boolean) => model.lossAndGradients(batch, undefined, { recompute });
        const compiled = [step(false), step(true)];
        const loss = model.loss(batch);
        process.env.NLORA_COMPILE = "off";
        const asIs = step(false);
        delete process.env.NLORA_COMPILE;
        for (const { loss, gradients } of compiled) {
          await assertAllClose(loss, asIs.loss, { rtol: 1e-5, atol: 0 });
          for (const [name, byFactor] of asIs.gradients) {
            for (const [factor, gradient] of Object.entries(byFactor)) {
              const given = gradients.get(name)![factor as "A"]!;
              await assertAllClose(given, gradient, { rtol: 0, atol: 1e-5 * await maxAbs(gradient) });
            }
          }
        }
        await assertAllClose(loss, asIs.loss, { rtol: 1e-5, atol: 0 });
        for (const { loss, gradients } of [...compiled, asIs]) dispose([loss, [...gradients.values()]]);
        loss.dispose();
        adapter.remove();
      }
      model.dispose();
    });
  },
});

Deno.test({
  name: "Llama: in mixed precision loss and gradient are near those of float32 (≤ 5 %), and are not the same",
  ignore: !hasRawOps(),
  fn: () =>
    assertNoLeak(async () => {
      const model = tinyLlama(3);
      const adapter = await adapt(model, { method: "nlora", rank: 2 });
      disturb(adapter);
      const [exact, mixed] = (["float32", "bfloat16"] as const).map((precision) => {
        const { loss, gradients } = model.lossAndGradients(padBatch([short, long]), undefined, { precision });
        const flat = tidy(() =>
          tf.concat(leaves([...gradients.values()]).map((part) => tf.reshape(part, [-1])))
        );
        dispose([...gradients.values()]);
        return { loss, flat };
      });
      for (const part of ["loss", "flat"] as const) {
        const error = tidy(() => tf.div(tf.norm(tf.sub(mixed![part], exact![part])), tf.norm(exact![part])));
        const [value] = await error.data();
        assert.ok(value! > 0 && value! <= 0.05, `${part}: relative error ${value}`);
        error.dispose();
      }
      dispose([exact, mixed]);
      adapter.remove();
      model.dispose();
    }),
});

Deno.test("Llama: mixed precision is refused where nothing is compiled, with the mend", () =>
  assertNoLeak(() => {
    const model = tinyLlama();
    process.env.NLORA_COMPILE = "off";
    try {
      assert.throws(
        () => model.lossAndGradients(padBatch([short]), undefined, { precision: "bfloat16" }),
        /products in bfloat16 need compiled functions.*use float32/,
      );
    } finally {
      delete process.env.NLORA_COMPILE;
      model.dispose();
    }
  }));
