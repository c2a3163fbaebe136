import * as tf from "@tensorflow/tfjs-core";
import { layerNorm, layerNormBackward, layerNormGradients } from "../../lib/nn/layer_norm.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertGradient, assertNoLeak, weightedSum } from "../tensor_assertions.ts";

await useBackend();
const random = new Random(4);
const matrix = () => tf.tensor2d(random.normal(3 * 6, 0.5), [3, 6]);
const vector = () => tf.tensor1d(random.normal(6, 1, 0.3));

Deno.test("layerNorm: rows have the bias's mean and the weight's scale, wherever x lies", async () => {
  await assertNoLeak(async () => {
    const [x, ones, bias] = [matrix(), tf.ones<tf.Rank.R1>([6]), tf.fill<tf.Rank.R1>([6], 2)];
    const [here, there] = tidy(() => [
      layerNorm(x, ones, bias, 1e-6).y,
      layerNorm(tf.add(tf.mul(x, 3), 5), ones, bias, 1e-6).y,
    ]);
    const { mean, variance } = tf.moments(here!, -1);
    await assertAllClose(mean, [2, 2, 2], { rtol: 1e-4 });
    await assertAllClose(variance, [1, 1, 1], { rtol: 1e-3 });
    await assertAllClose(there!, here!, { rtol: 1e-3, atol: 1e-4 });
    dispose([x, ones, bias, here, there, mean, variance]);
  });
});

Deno.test("layerNorm: the gradients by input, weight and bias are those of finite differences", async () => {
  await assertNoLeak(async () => {
    const [x, c] = [matrix(), matrix()];
    const [weight, bias] = [vector(), vector()];
    const value = (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) =>
      weightedSum(
        tidy(() => layerNorm(x as tf.Tensor2D, weight as tf.Tensor1D, bias as tf.Tensor1D, 1e-5).y),
        c,
      );
    const { dx, gradients } = tidy(() => {
      const { saved } = layerNorm(x, weight, bias, 1e-5);
      return { dx: layerNormBackward(c, x, saved, weight), gradients: layerNormGradients(c, x, saved) };
    });
    await assertGradient(x, dx, (x) => value(x, weight, bias));
    await assertGradient(weight, gradients.weight, (weight) => value(x, weight, bias));
    await assertGradient(bias, gradients.bias, (bias) => value(x, weight, bias));
    dispose([x, c, weight, bias, dx, gradients]);
  });
});
