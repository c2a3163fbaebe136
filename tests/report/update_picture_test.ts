import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import type { AdaptedLinear } from "../../lib/adapters/adapter.ts";
import { adapt } from "../../lib/adapters/adapt.ts";
import { methods } from "../../lib/adapters/methods.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { updatePicture } from "../../lib/report/update_picture.ts";
import { Random } from "../../lib/tensor/random.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";

await useBackend();
const [m, n, rank] = [8, 6, 2];
const modules: Record<string, AdaptedLinear> = {};
for (const { name } of methods) {
  const linear = new Linear(name, tf.tensor2d(new Random(0).normal(m * n), [m, n]));
  const adapter = await adapt({ linears: new Map([[name, linear]]) }, { method: name, rank });
  modules[name] = adapter.modules[0]!;
}
type Box = { x0: number; x1: number; y0: number; y1: number; fillcolor: string };
const boxes = (title: string) =>
  updatePicture({ [title]: modules[title]! }).layout.shapes as unknown as Box[];
const sizes = (title: string) => boxes(title).map(({ x0, x1, y0, y1 }) => [y1 - y0, x1 - x0]);
const near = (a: readonly number[], b: readonly number[]) =>
  a.every((value, i) => Math.abs(value - b[i]!) < 1e-9);

Deno.test("every method of the table is drawn: the weight and each of its factors", () => {
  const { layout, alternative } = updatePicture(modules);
  const factors = Object.values(modules).flatMap(({ update }) => Object.keys(update.factors));
  assert.equal(layout.shapes!.length, factors.length + methods.length);
  for (const { name } of methods) assert.ok(alternative.includes(`${name}: `), name);
});

Deno.test("matrices are drawn to scale, side by side in the order of their product", () => {
  const expected = [[m, n], [m, rank], [rank, rank], [rank, n]];
  assert.ok(sizes("nlora").every((size, i) => near(size, expected[i]!)));
  boxes("nlora").forEach((box, i, all) => assert.ok(i === 0 || box.x0 > all[i - 1]!.x1));
});

Deno.test("what trains is coloured and counted, what is frozen is grey", () => {
  const colours = boxes("inttune").map(({ fillcolor }) => fillcolor);
  assert.deepEqual(colours.map((colour) => colour === colours[0]), [true, true, false, true]);
  const { alternative } = updatePicture({ IntTune: modules.inttune! });
  assert.match(alternative, /IntTune: B 8×2 frozen, N 2×2 trains, A 2×6 frozen; 4 numbers train/);
});

Deno.test("panels do not overlap", () => {
  const drawn = updatePicture(modules).layout.shapes as unknown as Box[];
  const overlap = (a: Box, b: Box) => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
  drawn.forEach((a, i) => drawn.slice(i + 1).forEach((b) => assert.ok(!overlap(a, b))));
});
