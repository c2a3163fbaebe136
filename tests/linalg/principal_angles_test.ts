import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { fromHost } from "../../lib/linalg/host_matrix.ts";
import { principalAngles } from "../../lib/linalg/principal_angles.ts";
import { qr } from "../../lib/linalg/qr.ts";
import { subspaceOverlap } from "../../lib/linalg/subspace_overlap.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { gaussian } from "./random_matrices.ts";

await useBackend();
const random = new Random(34);

/** An orthonormal basis (m, k) of a random subspace. */
async function basis(m: number, k: number): Promise<tf.Tensor2D> {
  const x = fromHost(gaussian(m, k, random));
  const { q, r } = await qr(x);
  dispose([x, r]);
  return q;
}

Deno.test("principalAngles are those by which planes were tilted, small ones too", async () => {
  await assertNoLeak(async () => {
    const angles = [1e-4, 0.3, 1.2, Math.PI / 2];
    const size = angles.length;
    const frame = await basis(2 * size, 2 * size);
    const part = (from: number) => tf.slice(frame, [0, from], [-1, size]);
    const { u, v } = tidy(() => {
      const scaled = (x: tf.Tensor2D, by: number[]) => tf.mul<tf.Tensor2D>(x, tf.tensor1d(by));
      return {
        u: part(0),
        v: tf.add<tf.Tensor2D>(
          scaled(part(0), angles.map(Math.cos)),
          scaled(part(size), angles.map(Math.sin)),
        ),
      };
    });
    const found = await principalAngles(u, v);
    angles.forEach((angle, i) => assert.ok(Math.abs(found[i]! - angle) < 2e-6, `${found}`));
    dispose([frame, u, v]);
  });
});

Deno.test("principalAngles: a subspace of another makes none with it, from either side", async () => {
  await assertNoLeak(async () => {
    const wide = await basis(20, 6);
    const narrow = tf.slice(wide, [0, 2], [-1, 3]);
    for (const found of [await principalAngles(wide, narrow), await principalAngles(narrow, wide)]) {
      assert.equal(found.length, 3);
      assert.ok(found.every((angle) => angle < 1e-6), `${found}`);
    }
    dispose([wide, narrow]);
  });
});

Deno.test("subspaceOverlap is the mean squared cosine of the principal angles, and does not ask for a basis", async () => {
  await assertNoLeak(async () => {
    const [u, v, turn] = [await basis(15, 5), await basis(15, 3), await basis(3, 3)];
    const turned = tf.matMul<tf.Tensor2D>(v, turn);
    const angles = await principalAngles(u, v);
    const mean = angles.reduce((sum, angle) => sum + Math.cos(angle) ** 2, 0) / 3;
    for (const found of [await subspaceOverlap(u, v), await subspaceOverlap(turned, u)]) {
      assert.ok(Math.abs(found - mean) < 1e-5, `${found}, ${mean}`);
    }
    assert.ok(Math.abs(await subspaceOverlap(u, u) - 1) < 1e-5);
    dispose([u, v, turn, turned]);
  });
});

Deno.test("principalAngles and subspaceOverlap refuse bases of different spaces, with both shapes", async () => {
  await assertNoLeak(async () => {
    const [u, v] = [await basis(4, 2), await basis(5, 2)];
    for (const call of [principalAngles, subspaceOverlap]) {
      await assert.rejects(
        call(u, v),
        (error) => error instanceof UsageError && /bases of 4×2 and 5×2/.test(error.message),
      );
    }
    dispose([u, v]);
  });
});
