import * as tf from "@tensorflow/tfjs-core";
import { geglu, gegluBackward } from "../../lib/nn/geglu.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertGradient, assertNoLeak, weightedSum } from "../tensor_assertions.ts";

await useBackend();

Deno.test("geglu: the gradients of gate and up are those of finite differences", () =>
  assertNoLeak(async () => {
    const random = new Random(2);
    const [gate, up, c] = Array.from({ length: 3 }, () => tf.tensor2d(random.normal(6), [2, 3]));
    const { dGate, dUp } = tidy(() => gegluBackward(c!, gate!, up!));
    await assertGradient(gate!, dGate, (x) => weightedSum(tidy(() => geglu(x as tf.Tensor2D, up!)), c!));
    await assertGradient(up!, dUp, (x) => weightedSum(tidy(() => geglu(gate!, x as tf.Tensor2D)), c!));
    dispose([gate, up, c, dGate, dUp]);
  }));
