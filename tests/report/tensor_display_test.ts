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

Deno.test("tensors: shape, type, range, mean, deviation and values, each on its colour, and no tensor left", async () => {
  const bundle = await bundleOf(() => tf.tensor2d([[1, -2, 0.5], [3, 4, 1e-5]]));
  assert.match(
    bundle["text/plain"]!,
    /^float32 tensor \(2, 3\) on \w+, from -2 to 4, mean 1\.083, std 1\.967: 1, -2, 0\.5, 3, 4/,
  );
  const cells = [...bundle["text/html"]!.matchAll(/<td style="[^"]*?(?:rgba\(([\d,.]+)\))?">([^<]*)<\/td>/g)];
  assert.deepEqual(cells.map(([, , text]) => text), ["1", "-2", "0.5", "3", "4", "0.00001"]);
  assert.equal(cells[1]![1], "0,114,178,0.28");
  assert.equal(cells[4]![1], "213,94,0,0.55");
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

Deno.test("tensors: NaN and infinite values are counted and left out of the statistics", async () => {
  const bundle = await bundleOf(() => tf.tensor1d([NaN, 1, Infinity, 3, -Infinity, NaN]));
  assert.match(
    bundle["text/plain"]!,
    /\(6\) on \w+, from 1 to 3, mean 2, std 1, 2 NaN, 2 infinite: NaN, 1, /,
  );
  assert.match((await bundleOf(() => tf.tensor1d([NaN, NaN])))["text/plain"]!, /on \w+, 2 NaN: NaN, NaN$/);
});

Deno.test("tensors: a larger matrix is one picture with a legend, a small file", async () => {
  const bundle = await bundleOf(() => tf.ones([500, 200]));
  const html = bundle["text/html"]!;
  assert.equal(
    html.match(/<img alt="heat map of float32 tensor \(500, 200\)[^"]*" src="data:image\/png;base64,/g)!
      .length,
    1,
  );
  assert.match(html, /−1<span.*linear-gradient.*<\/span>1<\/span>/);
  assert.ok(html.length < 6000, String(html.length));
  assert.match(bundle["text/plain"]!, /1, …$/);
});

Deno.test("tensors: of more axes the first slices over the last two are drawn", async () => {
  const html = (await bundleOf(() => tf.ones([2, 3, 4, 5])))["text/html"]!;
  const names = [...html.matchAll(/<figcaption><code>([^<]*)<\/code>/g)].map(([, name]) => name);
  assert.deepEqual(names, ["[0, 0, :, :]", "[0, 1, :, :]", "[0, 2, :, :]", "[1, 0, :, :]"]);
  assert.match(html, /4 of 6 slices/);
});

Deno.test("tensors: whole numbers, truth values, texts, a scalar, an empty and a disposed tensor are shown", async () => {
  const text = async (make: () => tf.Tensor) => (await bundleOf(make))["text/plain"]!;
  assert.match(await text(() => tf.tensor1d([1, 2], "int32")), /^int32 tensor \(2\)/);
  assert.match(
    await text(() => tf.tensor1d([true, false, true], "bool")),
    /^bool tensor \(3\) on \w+, 2 of 3 true: true, false, true$/,
  );
  assert.match(await text(() => tf.scalar(7)), /from 7 to 7/);
  assert.match(await text(() => tf.zeros([0, 3])), /^float32 tensor \(0, 3\) on \w+$/);
  const words = await bundleOf(() => tf.tensor1d(["<b>", "c"]));
  assert.match(words["text/plain"]!, /^string tensor \(2\) on \w+: "<b>", "c"$/);
  assert.match(words["text/html"]!, /&quot;&lt;b&gt;&quot;, /);
  const gone = tf.scalar(1);
  gone.dispose();
  assert.equal((await tensorBundle(gone))["text/plain"], "disposed float32 tensor ()");
});
