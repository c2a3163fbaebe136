import assert from "node:assert/strict";
import { Random } from "../../lib/tensor/random.ts";

Deno.test("Random: the same seed gives the same numbers, another seed others", () => {
  assert.deepEqual(new Random(3).uniform(5), new Random(3).uniform(5));
  assert.notDeepEqual(new Random(3).uniform(5), new Random(4).uniform(5));
});

Deno.test("Random: a fork depends on its name and the seed alone, not on what was drawn before", () => {
  const used = new Random(1);
  used.normal(100);
  assert.deepEqual(used.fork("a").normal(4), new Random(1).fork("a").normal(4));
  assert.notDeepEqual(used.fork("a").normal(4), used.fork("b").normal(4));
  assert.notDeepEqual(new Random(1).fork("a").normal(4), new Random(2).fork("a").normal(4));
});

Deno.test("Random: uniform and normal have the moments of their distributions", () => {
  const mean = (x: Float32Array) => x.reduce((a, b) => a + b, 0) / x.length;
  const uniform = new Random(0).uniform(20_000, -2, 4);
  assert.ok(uniform.every((u) => u >= -2 && u <= 4));
  assert.ok(Math.abs(mean(uniform) - 1) < 0.05);
  const normal = new Random(0).normal(20_001, 1, 3);
  assert.ok(Math.abs(mean(normal) - 1) < 0.1);
  assert.ok(Math.abs(mean(normal.map((x) => (x - 1) ** 2)) - 9) < 0.3);
});

Deno.test("Random: int stays below its limit and reaches every value; shuffle keeps the elements", () => {
  const random = new Random(5);
  const seen = new Set(Array.from({ length: 200 }, () => random.int(6)));
  assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5]);
  const list = Array.from({ length: 20 }, (_, i) => i);
  const shuffled = random.shuffle(list);
  assert.notDeepEqual(shuffled, list);
  assert.deepEqual([...shuffled].sort((a, b) => a - b), list);
});
