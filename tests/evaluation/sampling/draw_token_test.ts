import assert from "node:assert/strict";
import { drawToken } from "../../../lib/evaluation/sampling/draw_token.ts";
import { Random } from "../../../lib/tensor/random.ts";

const probabilities = [0.125, 0, 0.5, 0.375, 0];
const scores = Float32Array.from(probabilities, Math.log);

Deno.test("drawToken: a number falls to the token in whose part of [0, 1) it lies, never to one that is left out", () => {
  const drawn = [0, 0.12, 0.13, 0.62, 0.63, 0.999, 1].map((uniform) => drawToken(scores, uniform));
  assert.deepEqual(drawn, [0, 0, 2, 2, 3, 3, 3]);
});

Deno.test("drawToken: tokens come as often as their probabilities say (χ², 2 degrees of freedom, p > 0.001)", () => {
  const count = 20_000;
  const found = new Array<number>(5).fill(0);
  for (const uniform of new Random(11).uniform(count)) found[drawToken(scores, uniform)]!++;
  assert.deepEqual([found[1], found[4]], [0, 0]);
  const chi2 = [0, 2, 3].reduce((sum, id) => {
    const expected = count * probabilities[id]!;
    return sum + (found[id]! - expected) ** 2 / expected;
  }, 0);
  assert.ok(chi2 < 13.8, `χ² ${chi2}, counts ${found}`);
});
