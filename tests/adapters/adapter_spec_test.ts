import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import type { AdapterOptions } from "../../lib/adapters/adapter_spec.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { withModel } from "./with_model.ts";

await useBackend();

Deno.test("wrong options are refused with the mend, and the model stays as it was", async () => {
  await withModel(async (model) => {
    const refused = async (options: AdapterOptions, words: RegExp) => {
      await assert.rejects(adapt(model, options), (e) => e instanceof UsageError && words.test(e.message));
      assert.ok([...model.linears.values()].every((linear) => linear.update === null));
    };
    await refused({ method: "lora", rank: 0 }, /rank 0 is not a whole number from 1/);
    await refused(
      { method: "pissa", rank: 9 },
      /rank 9 exceeds min\(m, n\) = 8 of model\.layers\.0\.self_attn\.k_proj/,
    );
    await refused({ method: "lora", rank: 1.5 }, /whole number/);
    await refused(
      { method: "adalora", rank: 2 },
      /unknown method "adalora"; choose one of lora, dora, pissa/,
    );
    await refused(
      { method: "lora", rank: 2, core: "cur" },
      /core is not a choice of lora; leave it out, its own choices are init/,
    );
    await refused({ method: "olora", rank: 2, residual: true }, /it has no choices/);
    await refused({ method: "nlora", rank: 2, core: "svd" as "cur" }, /copy, pinv, cur/);
    await refused({ method: "nlora", rank: 2, rows: "best" as "first" }, /first, uniform, norm/);
    await refused({ method: "nlora", rank: 2, rows: [1, 1] }, /rows\[1\] = 1 is given twice/);
    await refused({ method: "nlora", rank: 2, columns: [0, 12] }, /columns\[1\] = 12 is not from 0 to 11/);
    await refused({ method: "pissa", rank: 2, init: "kaiming" }, /fast, exact/);
    await refused({ method: "inttune", rank: 2, core_form: "sparse" as "full" }, /full, low-rank, diagonal/);
    await refused({ method: "inttune", rank: 2, core_tying: "layer" as "all" }, /none, kind, all/);
    await refused(
      { method: "inttune", rank: 2, core_rank: 1 },
      /core_rank 1 is the rank of core_form low-rank/,
    );
    await refused({ method: "inttune", rank: 2, core_form: "low-rank", core_rank: 3 }, /core_rank 3 is not/);
    await refused({ method: "nlora", rank: 2, core_form: "scalar" }, /core_form is not a choice of nlora/);
    await refused({ method: "lora", rank: 2, alpha: -1 }, /alpha -1/);
    await refused({ method: "lora", rank: 2, targets: ["query"] }, /unknown targets \["query"\]/);
    await refused({ method: "lora", rank: 2, targets: ".*query" }, /unknown targets/);
    await refused({ method: "lora", rank: 2, targets: "(" }, /not a regular expression/);
    await refused({ method: "lora", rank: 2, layers: [0, 2] }, /unknown layers \[2\]; choose some of 0 to 1/);
    await refused({ method: "lora", rank: 2, rank_pattern: { query: 3 } }, /rank_pattern "query" fits none/);
    await refused({ method: "nlora", rank: 2, rank_pattern: { k_proj: 9 } }, /rank 9 exceeds/);
    await refused({ method: "lora", rank: 2, alpha_pattern: { k_proj: 0 } }, /alpha 0 of model\.layers\.0/);
    await refused({ method: "vera", rank: 2, rank_pattern: { k_proj: 3 } }, /VeRA has one rank/);

    const adapter = await adapt(model, { method: "lora", rank: 2 });
    await assert.rejects(adapt(model, { method: "lora", rank: 2 }), /has an adapter already/);
    adapter.remove();
  });
});

Deno.test("a weight with a NaN or an infinity is refused by methods that start from it, by name and place", async () => {
  for (const bad of [NaN, Infinity]) {
    await assertNoLeak(async () => {
      const linear = new Linear("layers.1.up_proj", tf.tensor2d([1, 2, 3, 4, 5, bad, 7, 8, 9], [3, 3]));
      for (const method of ["nlora", "pissa", "olora"]) {
        await assert.rejects(
          adapt({ linears: new Map([[linear.name, linear]]) }, { method, rank: 1 }),
          (e) =>
            e instanceof UsageError &&
            e.message.includes(`${bad} stands at [1, 2] of layers.1.up_proj (3×3)`),
        );
      }
      assert.equal(linear.update, null);
      linear.dispose();
    });
  }
});

Deno.test("targets are names, their ends, an expression or all; layers and patterns narrow them, as in PEFT", async () => {
  await withModel(async (model) => {
    const adapted = async (options: Partial<AdapterOptions>) => {
      const adapter = await adapt(model, { method: "lora", rank: 2, ...options });
      const names = adapter.modules.map(({ linear, update: { factors, scaling } }) =>
        `${linear.name.replace("model.layers.", "").replace(/self_attn\.|mlp\./, "")} ${
          factors.A!.shape[0]
        } ${scaling}`
      );
      adapter.remove();
      return names;
    };
    assert.equal((await adapted({})).length, 14);
    assert.equal((await adapted({ targets: "all-linear" })).length, 14);
    assert.deepEqual(await adapted({ targets: ["k_proj"] }), ["0.k_proj 2 1", "1.k_proj 2 1"]);
    assert.deepEqual(await adapted({ targets: ["model.layers.1.mlp.up_proj"] }), ["1.up_proj 2 1"]);
    assert.deepEqual(await adapted({ targets: ".*\\.0\\..*[qv]_proj" }), ["0.q_proj 2 1", "0.v_proj 2 1"]);
    assert.deepEqual(await adapted({ targets: ["q_proj"], layers: [1] }), ["1.q_proj 2 1"]);
    assert.deepEqual(
      await adapted({
        targets: ["q_proj", "k_proj"],
        alpha: 4,
        rank_pattern: { "layers.0.self_attn.q_proj": 4 },
        alpha_pattern: { "k_proj": 1 },
      }),
      ["0.q_proj 4 1", "0.k_proj 2 0.5", "1.q_proj 2 2", "1.k_proj 2 0.5"],
    );
    assert.deepEqual(await adapted({ targets: ["q_proj"], layers: [0], rank: 4, rslora: true }), [
      "0.q_proj 4 2",
    ]);
  });
});
