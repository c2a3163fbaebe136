import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import type { AdapterOptions } from "../../lib/adapters/adapter_spec.ts";
import { changeSvd } from "../../lib/adapters/change_svd.ts";
import { methods } from "../../lib/adapters/methods.ts";
import { updateSvd } from "../../lib/adapters/update_svd.ts";
import type { TruncatedSvd } from "../../lib/linalg/randomized_svd.ts";
import { updatedWeight } from "../../lib/nn/update.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertAllClose } from "../tensor_assertions.ts";
import { disturb } from "./disturb.ts";
import { withModel } from "./with_model.ts";

const { device } = await useBackend();
/** On an emulated card one method of each form is tested. */
const tested = /llvmpipe|swiftshader/i.test(device)
  ? methods.filter(({ name }) => ["dora", "pissa", "inttune", "full"].includes(name))
  : methods;
const rank = 2;
const target = "model.layers.0.mlp.down_proj";

/** u·diag(s)·vᵀ, owned by the caller. */
const rebuilt = ({ u, s, v }: TruncatedSvd) =>
  tidy(() => tf.matMul<tf.Tensor2D>(tf.mul(u, tf.tensor1d(Float32Array.from(s))), v, false, true));

const cases: (AdapterOptions & { readonly values: number | "all" })[] = [
  ...tested.map(({ name, trains }) => ({
    method: name,
    rank,
    values: trains.includes("delta") || trains.includes("magnitude")
      ? "all" as const
      : ["pissa", "olora", "nlora"].includes(name)
      ? 2 * rank
      : rank,
  })),
  { method: "nlora", rank, residual: false, values: rank },
];

for (const { values, ...options } of cases) {
  Deno.test(`changeSvd and updateSvd are those of the dense matrices: ${JSON.stringify(options)}`, async () => {
    await withModel(async (model) => {
      const linear = model.linears.get(target)!;
      const given = tf.clone(linear.weight);
      const adapter = await adapt(model, { ...options, targets: ["down_proj"] });
      disturb(adapter);
      const [module] = adapter.modules;
      const change = await changeSvd(linear);
      assert.equal(change.s.length, values === "all" ? Math.min(...given.shape) : values);
      const [found, expected] = [
        rebuilt(change),
        tidy(() => tf.sub<tf.Tensor2D>(updatedWeight(linear.weight, module!.update), given)),
      ];
      await assertAllClose(found, expected, { rtol: 1e-4, atol: 1e-5 });
      dispose([found, expected]);
      if (!module!.update.factors.magnitude) {
        const update = await updateSvd(module!);
        const { factors: { A, N, B, delta, lambda_b, lambda_d }, scaling } = module!.update;
        const [found, expected] = [
          rebuilt(update),
          tidy(() => {
            if (delta) return tf.clone(delta);
            const columns = lambda_b ? tf.mul<tf.Tensor2D>(B!, tf.expandDims(lambda_b, 1)) : B!;
            const rows = lambda_d ? tf.mul<tf.Tensor2D>(A!, tf.expandDims(lambda_d, 1)) : A!;
            return tf.mul<tf.Tensor2D>(tf.matMul(N ? tf.matMul(columns, N) : columns, rows), scaling);
          }),
        ];
        await assertAllClose(found, expected, { rtol: 1e-4, atol: 1e-5 });
        dispose([found, expected, update.u, update.v]);
      }
      adapter.remove();
      dispose([given, change.u, change.v]);
    });
  });
}

Deno.test("changeSvd: an exact start changes nothing, to the last bit; the released one changes W by itself", async () => {
  await withModel(async (model) => {
    const linear = model.linears.get(target)!;
    for (const [residual, changed] of [[true, false], [false, true]] as const) {
      const adapter = await adapt(model, { method: "nlora", rank, residual, targets: ["down_proj"] });
      const { u, s, v } = await changeSvd(linear);
      assert.equal(s.some((value) => value > 0), changed);
      adapter.remove();
      dispose([u, v]);
    }
  });
});

Deno.test("changeSvd of a map without an adapter is refused", async () => {
  await withModel(async (model) => {
    await assert.rejects(
      changeSvd(model.linears.get(target)!),
      (error) => error instanceof UsageError && /down_proj has no adapter/.test(error.message),
    );
  });
});
