import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { Matrix, SVD } from "ml-matrix";
import { fromHost, toHost } from "../../lib/linalg/host_matrix.ts";
import { randomizedRange } from "../../lib/linalg/randomized_range.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";
import { frobenius, withSpectrum } from "./random_matrices.ts";

await useBackend();
const spectrum = Array.from({ length: 20 }, (_, i) => 1 / (i + 1));
const host = withSpectrum(30, 20, spectrum, new Random(1));

/** W − q·qᵀ·W for each of some seeds. */
async function errors(count: number, powers: number): Promise<Matrix[]> {
  const w = fromHost(host);
  const all: Matrix[] = [];
  for (let seed = 0; seed < 8; seed++) {
    const q = await randomizedRange(w, count, new Random(seed), powers);
    const onHost = await toHost(q);
    all.push(Matrix.sub(host, onHost.mmul(onHost.transpose().mmul(host))));
    q.dispose();
  }
  w.dispose();
  return all;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const spectral = (x: Matrix) => new SVD(x).diagonal[0]!;

Deno.test("randomizedRange is orthonormal", async () => {
  await assertNoLeak(async () => {
    const w = fromHost(host);
    const q = await randomizedRange(w, 6, new Random(0), 1);
    const [gram, identity] = [tf.matMul(q, q, true, false), tf.eye(6)];
    await assertAllClose(gram, identity, { atol: 1e-5 });
    dispose([w, q, gram, identity]);
  });
});

Deno.test("randomizedRange keeps the mean errors of Halko, Martinsson & Tropp 2011, theorems 10.5 and 10.6", async () => {
  await assertNoLeak(async () => {
    const [k, p] = [4, 3];
    const tail = Math.hypot(...spectrum.slice(k));
    const found = await errors(k + p, 0);
    assert.ok(mean(found.map(frobenius)) <= Math.sqrt(1 + k / (p - 1)) * tail);
    const bound = (1 + Math.sqrt(k / (p - 1))) * spectrum[k]! + Math.E * Math.sqrt(k + p) / p * tail;
    assert.ok(mean(found.map(spectral)) <= bound);
  });
});

Deno.test("randomizedRange: no basis beats the best of its size, and power iterations come near it", async () => {
  await assertNoLeak(async () => {
    const best = spectrum[6]!; // σ_{l+1} for l = 6
    const [none, three] = [(await errors(6, 0)).map(spectral), (await errors(6, 3)).map(spectral)];
    for (const error of [...none, ...three]) assert.ok(error >= best * (1 - 1e-5));
    assert.ok(mean(three) < 1.1 * best && mean(three) < mean(none), `${mean(none)}, ${mean(three)}, ${best}`);
  });
});
