import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { tensorBundle } from "../../lib/report/tensor_display.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

async function bundleOf(make: () => tf.Tensor): Promise<Record<string, string>> {
  let bundle: Record<string, string> = {};
  await assertNoLeak(async () => {
    const tensor = make();
    bundle = await tensorBundle(tensor) as Record<string, string>;
    tensor.dispose();
  });
  return bundle;
}

Deno.test("tensors: shape, type, range, mean and first values, with a heat map for a matrix, and no tensor left", async () => {
  const bundle = await bundleOf(() => tf.tensor2d([[1, -2, 0.5], [3, 4, 1e-5]]));
  assert.match(
    bundle["text/plain"]!,
    /^float32 tensor \(2, 3\) on \w+, from -2 to 4, mean 1\.083: 1, -2, 0\.5, 3, 4/,
  );
  assert.equal(bundle["text/html"]!.match(/<rect/g)!.length, 6);
  assert.match(bundle["text/html"]!, /aria-label/);
});

Deno.test("tensors: numbers that are very small, very large or just not whole keep their size", async () => {
  const sizes: [number, string][] = [
    [1e-10, "1e-10"],
    [-2.5e-7, "-2.5e-7"],
    [1200.25, "1200"],
    [100.03, "100"],
    [0.125, "0.125"],
    [0, "0"],
    [-3, "-3"],
    [1e20, "100000002004087730000"],
    [NaN, "NaN"],
    [Infinity, "Infinity"],
  ];
  for (const [value, text] of sizes) {
    const bundle = await bundleOf(() => tf.scalar(value));
    assert.equal(bundle["text/plain"]!.split(": ").at(-1), text);
  }
});

Deno.test("tensors: a heat map's colours are colours, with zero, infinite and undefined values too", async () => {
  for (const values of [[0, 0], [1, -2], [Infinity, 1], [-Infinity, 1], [NaN, 1]]) {
    const html = (await bundleOf(() => tf.tensor1d(values)))["text/html"]!;
    const fills = [...html.matchAll(/fill="([^"]*)"/g)].map(([, fill]) => fill!);
    assert.equal(fills.length, 2);
    for (const fill of fills) assert.match(fill, /^rgba\(\d+,\d+,\d+,[01]\.\d\d\)$/, values.join());
  }
});

Deno.test("tensors: a large matrix is drawn in at most 48 cells a side", async () => {
  const bundle = await bundleOf(() => tf.ones([500, 200]));
  assert.ok(bundle["text/html"]!.match(/<rect/g)!.length <= 48 * 48);
  assert.match(bundle["text/plain"]!, /1, …$/);
});

Deno.test("tensors: whole numbers, truth values, a scalar, an empty and a disposed tensor are shown", async () => {
  assert.match((await bundleOf(() => tf.tensor1d([1, 2], "int32")))["text/plain"]!, /^int32 tensor \(2\)/);
  assert.match(
    (await bundleOf(() => tf.tensor1d([true, false], "bool")))["text/plain"]!,
    /^bool tensor \(2\)/,
  );
  assert.match((await bundleOf(() => tf.scalar(7)))["text/plain"]!, /from 7 to 7/);
  assert.match((await bundleOf(() => tf.zeros([0, 3])))["text/plain"]!, /^float32 tensor \(0, 3\)/);
  const gone = tf.scalar(1);
  gone.dispose();
  assert.equal((await tensorBundle(gone))["text/plain"], "disposed float32 tensor ()");
});
