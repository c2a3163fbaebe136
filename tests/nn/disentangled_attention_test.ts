import * as tf from "@tensorflow/tfjs-core";
import {
  disentangledAttention,
  disentangledAttentionBackward,
  type DisentangledOperands,
} from "../../lib/nn/disentangled_attention.ts";
import { compile } from "../../lib/tensor/compile.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertGradient, assertNoLeak, weightedSum } from "../tensor_assertions.ts";

await useBackend();
const [heads, batch, n, d] = [2, 2, 3, 2];
const random = new Random(21);
const normal = (rows: number) => tf.tensor3d(random.normal(heads * rows * d), [heads, rows, d]);
const names = ["q", "k", "v", "positionK", "positionQ"] as const;

function operands(): DisentangledOperands {
  const [q, k, v] = [normal(batch * n), normal(batch * n), normal(batch * n)];
  return { q, k, v, positionK: normal(2 * n), positionQ: normal(2 * n) };
}

/** The second sequence ends with a token of padding. */
const padding = () => tf.tensor3d([0, 0, 0, 0, 0, -1e9, 0, 0, 0, 0, 0, -1e9], [heads * batch, 1, n]);

/** The attention written as it is defined, number by number. */
async function byDefinition({ q, k, v, positionK, positionQ }: DisentangledOperands): Promise<number[]> {
  const arrays = await Promise.all([q, k, v, positionK, positionQ].map((x) => x.array()));
  const [Q, K, V, PK, PQ] = arrays as number[][][][];
  const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const y: number[] = [];
  for (let h = 0; h < heads; h++) {
    for (let b = 0; b < batch; b++) {
      const keys = b === 1 ? n - 1 : n;
      for (let i = 0; i < n; i++) {
        const query = Q![h]![b * n + i]!;
        const exps = Array.from({ length: keys }, (_, j) => {
          const [key, row] = [K![h]![b * n + j]!, n - 1 - (i - j)];
          const score = dot(query, key) + dot(query, PK![h]![row]!) + dot(key, PQ![h]![row]!);
          return Math.exp(score / Math.sqrt(3 * d));
        });
        const total = exps.reduce((a, b) => a + b);
        for (let c = 0; c < d; c++) {
          y.push(exps.reduce((sum, e, j) => sum + e / total * V![h]![b * n + j]![c]!, 0));
        }
      }
    }
  }
  return y;
}

Deno.test("disentangledAttention is its definition, number by number, with padding", () =>
  assertNoLeak(async () => {
    const [given, mask] = [operands(), padding()];
    const y = tidy(() => disentangledAttention(given, mask).y);
    await assertAllClose(y, await byDefinition(given), { rtol: 1e-4, atol: 1e-5 });
    dispose([given, mask, y]);
  }));

Deno.test("disentangledAttention: all five gradients are those of finite differences", () =>
  assertNoLeak(async () => {
    const [given, mask, c] = [operands(), padding(), normal(batch * n)];
    const gradients = tidy(() => disentangledAttentionBackward(c, disentangledAttention(given, mask).saved));
    for (const name of names) {
      await assertGradient(
        given[name],
        gradients[name],
        (x) => weightedSum(tidy(() => disentangledAttention({ ...given, [name]: x }, mask).y), c),
      );
    }
    dispose([given, mask, c, gradients]);
  }));

Deno.test("disentangledAttention: compiled, forward and backward give the same numbers", () =>
  assertNoLeak(async () => {
    const [given, mask, c] = [operands(), padding(), normal(batch * n)];
    const both = (operands: DisentangledOperands, mask: tf.Tensor3D, dy: tf.Tensor3D) => {
      const { y, saved } = disentangledAttention(operands, mask);
      return { y, ...disentangledAttentionBackward(dy, saved) };
    };
    const compiled = compile(both);
    const [one, other] = [compiled(given, mask, c), tidy(() => both(given, mask, c))];
    for (const name of ["y", ...names] as const) await assertAllClose(one[name], other[name], { rtol: 1e-4 });
    compiled.dispose();
    dispose([given, mask, c, one, other]);
  }));

Deno.test("disentangledAttention: padding changes nothing for the tokens, nor do they learn from it", () =>
  assertNoLeak(async () => {
    const [given, mask, c] = [operands(), padding(), normal(batch * n)];
    const last = tf.tensor3d(
      Array.from(
        { length: heads * batch * n * d },
        (_, i) => Math.floor(i / d) % (batch * n) === batch * n - 1 ? 1 : 0,
      ),
      [heads, batch * n, d],
    );
    const tokens = tidy(() => tf.sub(1, last));
    const dy = tidy(() => tf.mul<tf.Tensor3D>(c, tokens));
    const moved = tidy(() => ({
      ...given,
      k: tf.add(given.k, last),
      v: tf.add(given.v, last),
    })) as typeof given;
    const pass = (operands: DisentangledOperands) =>
      tidy(() => {
        const { y, saved } = disentangledAttention(operands, mask);
        return { ...disentangledAttentionBackward(dy, saved), y: tf.mul(y, tokens) };
      });
    const [before, after] = [pass(given), pass(moved)];
    await assertAllClose(after.y, before.y);
    for (const name of names) await assertAllClose(after[name], before[name]);
    const learned = tidy(() =>
      tf.addN([tf.mul(before.k, last), tf.mul(before.v, last), tf.mul(before.q, last)])
    );
    await assertAllClose(learned, new Float32Array(learned.size), { atol: 0, rtol: 0 });
    dispose([given, mask, c, last, tokens, dy, moved, before, after, learned]);
  }));
